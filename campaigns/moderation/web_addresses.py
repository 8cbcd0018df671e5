"""Find links, email addresses and domains in names and other short texts."""

import re
import unicodedata
from itertools import pairwise, takewhile

from publicsuffixlist import PublicSuffixList

# Emails and lists contain the signer's name: a link or an email address in it would turn them into
# advertisements.
LINK = re.compile(r"://|@|(?i:\bwww\.)|\d(\.\d{1,3}){3}")
# The characters that IDNA accepts as the dot of a domain.
DOTS = re.compile("[.\u3002\uff0e\uff61]")
# All top-level domains, in every script. The list is part of the package.
DOMAINS = PublicSuffixList(accept_unknown=False, only_icann=True)
# Titles and particles that people write beside a dot without a space, although some of them are
# top-level domains.
TITLES = {"dipl", "dr", "fr", "ing", "jr", "ma", "md", "med", "mr", "mrs", "ms", "prof", "sc", "sr"}
TITLES |= {"st", "ste"}
PARTICLES = {"al", "de", "do", "la"}


def is_of_label(sign: str) -> bool:
    """Return whether the character is allowed in a label of a domain."""
    return sign == "-" or unicodedata.category(sign)[0] in "LMN"


def is_short(label: str) -> bool:
    """Return whether the label is a title, or an initial with its combining marks."""
    kinds = [unicodedata.category(sign)[0] for sign in label]
    is_initial = kinds[:1] == ["L"] and set(kinds[1:]) <= {"M"} and not label.islower()
    return is_initial or label.casefold() in TITLES


def is_domain(before: str, after: str, *, all_short: bool) -> bool:
    """Return whether email clients would turn these parts, joined by a dot, into a link.

    Some names end like a domain without being one: Dr.No, J.Kim, M.Sc, J.de Vries. `all_short`
    tells whether all parts before the dot, also those before `before`, are titles or initials.
    """
    ending = "".join(takewhile(is_of_label, after))
    if not (before and is_of_label(before[-1])):
        return False
    if not (ending and DOMAINS.publicsuffix(f"a.b.{ending.casefold()}")):
        return False
    is_path = after[len(ending) :].startswith(("/", ":", "?", "#"))
    is_part = ending == ending.capitalize() or ending in PARTICLES or ending.casefold() in TITLES
    return is_path or not (is_part and all_short)


def has_domain(text: str) -> bool:
    for word in unicodedata.normalize("NFKC", text).split():
        all_short = True
        for before, after in pairwise(DOTS.split(word)):
            all_short = all_short and is_short(before.strip("(\"'„“«"))
            if is_domain(before, after, all_short=all_short):
                return True
    return False
