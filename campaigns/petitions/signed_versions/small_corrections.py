"""Decide whether a change may be declared a small mistake, which needs no reason.

Editors only declare that they correct a small mistake, so the rule must not let a change of meaning
through. It is narrow: misspelt words are corrected, and no word is added or removed. "We agree"
never becomes "we do not agree", nor "10" "100". The public page shows the words before and after in
any case.
"""

import re
from difflib import SequenceMatcher

from campaigns.petitions.signed_versions import parts
from campaigns.petitions.signed_versions.parts import Values

MOST_WORDS = 3  # in all parts together
MOST_LETTERS = 2  # in one word
# Shorter words often differ by one letter only: now and not, can and can't.
SHORTEST = 4
# Thai to Khmer, and Chinese to Korean: in scripts without spaces, one character can be a word.
UNDIVIDED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")


def is_small_mistake(before: Values, after: Values) -> bool:
    """Return whether only a few words are respelt. A setting is never a small mistake."""
    misspelt = 0
    for part in parts.changed(before, after):
        old, new = (re.findall(r"\S+", str(each.get(part.name, ""))) for each in (before, after))
        if part.is_setting or len(old) != len(new):
            return False
        pairs = [(left, right) for left, right in zip(old, new, strict=True) if left != right]
        if not all(is_respelt(left, right) for left, right in pairs):
            return False
        misspelt += len(pairs)
    return misspelt <= MOST_WORDS


def is_respelt(before: str, after: str) -> bool:
    """Return whether two words differ in so few letters that one is the other, misspelt.

    The first letter must be the same: "illegal" is not a misspelling of "legal". Punctuation may
    change next to a word; next to a number, only punctuation that ends a sentence.
    """
    if re.search(r"\d", before + after):
        return before.rstrip(".,;:!?") == after.rstrip(".,;:!?")
    if UNDIVIDED.search(before + after):
        return False
    old, new = (re.sub(r"^\W+|\W+$", "", word) for word in (before, after))
    if old == new:
        return bool(old)
    if min(len(old), len(new)) < SHORTEST or old[0].casefold() != new[0].casefold():
        return False
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for kind, a, b, c, d in steps if kind != "equal") <= MOST_LETTERS
