"""Signers whom everybody may read: those who agreed, shortened, several at a time.

A name that appears by itself, a moment after somebody was seen to sign, is that person's. So a name
waits until enough others wait with it (BATCH); all of them appear at once, in the order of the
alphabet, and nothing tells when each has signed. Who waits is looked at every few minutes, so that
not even the last of them is known by the moment. Whoever corrects anything waits again; whoever
withdraws, is erased, anonymised or invalidated is gone with the next page that is made. Where that
makes room, it is taken by names that have stood there before.

Public pages read no name: only what was made of it when its signer agreed (`shown_as`).
"""

import unicodedata
from itertools import groupby, takewhile

from django.db import connection

from campaigns.caching import cached
from campaigns.petitions.petition import Petition
from campaigns.signatures.conditions import SHOWABLE, SHOWABLE_SQL
from campaigns.signatures.signature import Signature

# So many at least appear at once, and so many are shown at most.
BATCH = 5
SHOWN = 10

LONGEST_WORD = 24
MOST_MARKS = 4
# O’Brien, Jean-Luc, Marcel·lí, and letters that would else be joined, or not.
JOINERS = set("'’·-\u2010\u2011\u05f3\u05f4\u200c\u200d")
# Han, Kana and Hangul: names are written in one, the family's first.
UNSPACED = ("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7a3"), ("\uf900", "\ufaff")

# Looked at again in the UPDATE itself: a signer may have changed their mind meanwhile.
SHOW = f"""
    UPDATE campaigns_signature s SET shown_at = statement_timestamp()
    FROM (
        SELECT s.id, count(*) OVER (PARTITION BY s.tally_id) AS number
        FROM campaigns_signature s
        JOIN campaigns_tally t ON t.id = s.tally_id
        JOIN campaigns_petition p ON p.id = t.petition_id
        WHERE p.shows_signers AND s.shown_at IS NULL AND {SHOWABLE_SQL}
    ) AS waiting
    WHERE waiting.id = s.id AND waiting.number >= {BATCH}
      AND s.shown_at IS NULL AND {SHOWABLE_SQL}
"""


def show() -> int:
    """Let those who wait be read where they are enough; how many are read from now on."""
    with connection.cursor() as cursor:
        cursor.execute(SHOW)
        return int(cursor.rowcount)


def signers(petition: Petition) -> list[tuple[str, str]]:
    """Name and country code of the newest of them; nobody where the petition shows none.

    One query, over an index of those who may be shown.
    """
    if not petition.original.shows_signers or petition.progress.count is None:
        return []
    tally = petition.tally.pk
    return cached(("signers", tally), lambda: read(tally))


def read(tally: int) -> list[tuple[str, str]]:
    shown = Signature.objects.filter(SHOWABLE, tally=tally, shown_at__isnull=False)
    newest = shown.order_by("-shown_at", "-pk").values_list("shown_as", "country")[:SHOWN]
    found = [(name or "", country or "") for name, country in newest]
    return sorted(found, key=lambda pair: pair[0].casefold())


def shortened(name: str) -> str:
    """“Amina K.” of Amina Wanjiru Kamau; "" for a name of which one cannot tell what it is.

    The first word and the first letter of the last, in any script. Where names are written in one
    word, the first sign alone.
    """
    first, *rest = name.split() or [""]
    if not (is_word(first) and all(is_word(word.removesuffix(".")) for word in rest)):
        return ""
    if rest:
        return f"{first} {initial(rest[-1])}."
    return f"{first[0]}○" if is_unspaced(first) else first


def is_word(word: str) -> bool:
    """Whether it is made of letters, with their marks, and is no longer than words are."""
    kinds = [unicodedata.category(sign)[0] for sign in word if sign not in JOINERS]
    marks = (len(list(run)) for kind, run in groupby(kinds) if kind == "M")
    return (
        kinds[:1] == ["L"]
        and set(kinds) <= {"L", "M"}
        and len(word) <= LONGEST_WORD
        and max(marks, default=0) <= MOST_MARKS
    )


def initial(word: str) -> str:
    """Its first letter with the marks on it, without a virama, which asks for another letter."""
    marks = takewhile(
        lambda sign: unicodedata.category(sign)[0] == "M" and unicodedata.combining(sign) != 9,
        word[1:],
    )
    return word[0] + "".join(marks)


def is_unspaced(word: str) -> bool:
    return any(first <= word[0] <= last for first, last in UNSPACED)
