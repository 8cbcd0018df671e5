"""Public signers: people who agreed to be named, with shortened names that appear in batches.

If a name appeared alone, just after somebody was seen to sign, it would be that person's. So a name
waits until enough other names wait with it (BATCH). They all appear at once, in alphabetical order,
and nothing reveals when each person signed: for all names that appeared together, the page says
that they signed in the past week or month, as is true of the first of them. The worker checks only
every few minutes, so that even the last name of a batch cannot be matched with the moment of
signing. A signer who corrects anything waits again. A signer who withdraws, or whose signature is
deleted, anonymised or invalidated, disappears the next time the page is rendered; names that were
shown before fill the free places.

Public pages never read a full name, but `shown_as`, which was made when the signer agreed.
"""

import unicodedata
from datetime import datetime
from itertools import dropwhile, groupby, takewhile
from typing import NamedTuple

from django.db import connection

from campaigns.caching import cached
from campaigns.finding.plain_names import plain
from campaigns.moderation.web_addresses import TITLES
from campaigns.petitions.petition import Petition
from campaigns.signatures.conditions import SHOWABLE, SHOWABLE_SQL
from campaigns.signatures.signature import Signature

# The minimum number of names that appear at once, and the maximum number shown.
BATCH = 5
SHOWN = 10
# The maximum number of organisations shown, and of signers whose organisations are read.
ORGANISATIONS = 50
LOOKED_AT = 500

LONGEST_WORD = 24
# These short forms in TITLES are parts of a name: Ma. José, Md. Rahman, St. John. Other short words
# before a full stop are initials: J. R.
SHORT_FORMS = {"ma", "md", "st", "ste"}
# Titles that people write before their name, with or without a full stop, in the languages of the
# site.
HONORIFICS = (TITLES - SHORT_FORMS) | {
    *("m", "miss", "mx", "sir", "rev", "doctor", "professor"),
    *("frau", "herr", "doktor"),
    *("mme", "mlle", "madame", "mademoiselle", "monsieur", "docteur", "professeur"),
    *("sra", "srta", "dra", "señor", "señora", "señorita", "doña", "doctora", "profesor"),
    *("г-н", "г-жа", "господин", "госпожа", "доктор", "профессор"),
    *("السيد", "السيدة", "الأستاذ", "الأستاذة", "الدكتور", "الدكتورة", "دكتور", "دكتورة", "د"),
}
# Words that are only the beginning of a first name: “servant of”, “father of”, “mother of”.
BEGINNINGS = {
    *("عبد", "أبو", "ابو", "أم", "ام", "ابن", "بن"),
    *("abd", "abdel", "abdoul", "abdul", "abou", "abu", "oum", "umm"),
}
# Of a first name, or short for Monsieur.
INITIAL = "m"
LONGEST_SHORT_FORM = 4  # including its full stop
MOST_MARKS = 4
# As in O’Brien, Jean-Luc and Marcel·lí. The last two characters join letters, or keep them apart.
JOINERS = set("'’·-\u2010\u2011\u05f3\u05f4\u200c\u200d")
# Kana, Han and Hangul: names are written without a space, with the family name first.
UNSPACED = ("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7a3"), ("\uf900", "\ufaff")

# A row that somebody holds, such as a job that is deleting false signatures, is left out until the
# next time, and nobody waits for it. The condition is repeated for the others, since a signer may
# have withdrawn consent in the meantime. So only the names that are left make up a batch.
SHOW = f"""
    WITH locked AS MATERIALIZED (
        SELECT s.id, s.tally_id FROM campaigns_signature s JOIN (
            SELECT s.id, count(*) OVER (PARTITION BY s.tally_id) AS number
            FROM campaigns_signature s
            JOIN campaigns_tally t ON t.id = s.tally_id
            JOIN campaigns_petition p ON p.id = t.petition_id
            WHERE p.shows_signers AND s.shown_at IS NULL AND {SHOWABLE_SQL}
        ) AS waiting ON waiting.id = s.id
        WHERE waiting.number >= {BATCH} AND s.shown_at IS NULL AND {SHOWABLE_SQL}
        FOR NO KEY UPDATE OF s SKIP LOCKED
    )
    UPDATE campaigns_signature s SET shown_at = statement_timestamp()
    FROM (SELECT id, count(*) OVER (PARTITION BY tally_id) AS number FROM locked) AS found
    WHERE found.id = s.id AND found.number >= {BATCH}
"""


def show() -> int:
    """Show the waiting names of each petition that has enough of them; return how many appear."""
    with connection.cursor() as cursor:
        cursor.execute(SHOW)
        return int(cursor.rowcount)


class PublicSigner(NamedTuple):
    """A shortened name, a country code or "", and the earliest time at which the person signed."""

    name: str
    country: str
    since: datetime


def signers(petition: Petition) -> list[PublicSigner]:
    """Return the newest public signers; cached.

    Empty if the petition names nobody, or does not show its count yet.
    """
    if not petition.original.shows_signers or petition.progress.count is None:
        return []
    tally = petition.tally.pk
    return cached(("signers", tally), lambda: read(tally))


def organisations(petition: Petition) -> list[str]:
    """Return the organisations of public signers, in alphabetical order; cached.

    Empty if the petition does not ask for them, names nobody, or does not show its count yet.
    """
    if not petition.original.names_organisations or petition.progress.count is None:
        return []
    tally = petition.tally.pk
    return cached(("organisations", tally), lambda: read_organisations(tally))


def read_organisations(tally: int) -> list[str]:
    """Return the organisations of the newest signers, without duplicates that differ in case."""
    shown = Signature.objects.filter(SHOWABLE, tally=tally, shown_at__isnull=False)
    given = shown.filter(affiliation__isnull=False).order_by("-shown_at", "-pk")
    newest = given.values_list("affiliation", flat=True)[:LOOKED_AT]
    found = {name.casefold(): name for name in newest if name}
    return sorted(list(found.values())[:ORGANISATIONS], key=plain)


def read(tally: int) -> list[PublicSigner]:
    """Return the newest names, in alphabetical order.

    `since` is the same for all names that appeared together: the moment of their first signature.
    """
    shown = Signature.objects.filter(SHOWABLE, tally=tally, shown_at__isnull=False)
    values = shown.order_by("-shown_at", "-pk").values_list(
        "shown_as", "country", "shown_at", "signed_at"
    )
    newest = list(values[:SHOWN])
    first: dict[datetime | None, datetime] = {}
    for _, _, shown_at, signed_at in newest:
        first[shown_at] = min(signed_at, first.get(shown_at, signed_at))
    found = [
        PublicSigner(name or "", country or "", first[shown_at])
        for name, country, shown_at, _ in newest
    ]
    return sorted(found, key=lambda signer: plain(signer.name))


def shortened(name: str) -> str:
    """Return the public form of a name: “Amina K.” for Amina Wanjiru Kamau.

    It is the first word and the first letter of the last word, in any script; for a name without
    spaces in Kana, Han or Hangul, it is the first character alone. Titles in front are left out.
    The result is "" for a text that may not be a name, and for a title with one word, which may be
    the last name.
    """
    words = name.split()
    named = list(dropwhile(is_title, words))
    first, *rest = named or [""]
    if named != words and not rest:
        return ""
    beginning = first.removesuffix(".") if rest and len(first) <= LONGEST_SHORT_FORM else first
    if not all(is_word(word) for word in (beginning, *(each.removesuffix(".") for each in rest))):
        return ""
    if rest:
        return f"{first} {initial(rest[-1])}."
    return f"{first[0]}○" if is_unspaced(first) else first


def is_title(word: str) -> bool:
    return word.removesuffix(".").casefold() in HONORIFICS - {INITIAL}


def is_word(word: str) -> bool:
    """Return whether a text consists of letters and their marks, and is no longer than a word."""
    kinds = [unicodedata.category(sign)[0] for sign in word if sign not in JOINERS]
    marks = (len(list(run)) for kind, run in groupby(kinds) if kind == "M")
    return (
        kinds[:1] == ["L"]
        and set(kinds) <= {"L", "M"}
        and len(word) <= LONGEST_WORD
        and max(marks, default=0) <= MOST_MARKS
    )


def initial(word: str) -> str:
    """Return the first letter with its marks, but without a virama, which needs another letter."""
    marks = takewhile(
        lambda sign: unicodedata.category(sign)[0] == "M" and unicodedata.combining(sign) != 9,
        word[1:],
    )
    return word[0] + "".join(marks)


def is_unspaced(word: str) -> bool:
    return any(first <= word[0] <= last for first, last in UNSPACED)
