"""The plain form of names, by which they are found and put in order: lower case, without accents.

A search for “jose” or “müller” also finds José and Muller. Most databases would put Élodie behind
Zoe: they compare the numbers of letters in Unicode.
"""

import unicodedata

from django.db.models import CharField, Func
from django.db.models.lookups import PostgresOperatorLookup

LETTERS_WITH_ACCENTS = (
    *range(0xC0, 0x250),  # Latin
    *range(0x1E00, 0x1F00),
    *range(0x370, 0x400),  # Greek
    *range(0x1F00, 0x2000),
)
# Letters without a Unicode decomposition, or that are interchangeable in their language; and the
# apostrophes and hyphens that keyboards do not have.
OTHERS = {
    **{"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"},
    "ς": "σ",
    "ё": "е",
    **{"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"},
    **dict.fromkeys("’‘ʼʹ′´", "'"),
    **dict.fromkeys("\u2010\u2011\u2013", "-"),
}


def accented() -> dict[str, str]:
    """Return the lower-case Latin and Greek letters with accents, and the base letter of each."""
    plain = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in LETTERS_WITH_ACCENTS}
    return {
        each: base
        for each, base in plain.items()
        if each.islower() and each != base and ("a" <= base <= "z" or "α" <= base <= "ω")
    }


# The index is defined by this text (`trigrams`): changes here need a migration that rebuilds it.
# Names in ASCII, like most, skip the expensive translation.
LETTERS = {**accented(), **OTHERS}
FROM, TO = ("".join(some).replace("'", "''") for some in (LETTERS, LETTERS.values()))
OF_TEXT = f"translate(lower({{0}}), '{FROM}', '{TO}')"
OF_COLUMN = f"CASE WHEN octet_length({{0}}) = length({{0}}) THEN lower({{0}}) ELSE {OF_TEXT} END"


PLAIN = str.maketrans(LETTERS)


def plain(name: str) -> str:
    """Return the plain form of a name, as the database does."""
    return name.lower().translate(PLAIN)


class PlainColumn(Func):
    """The plain form of the names in a column, exactly as in the index."""

    template = OF_COLUMN.format("%(expressions)s")
    output_field = CharField()


class PlainText(Func):
    """The plain form of a text to search for."""

    template = OF_TEXT.format("%(expressions)s")
    output_field = CharField()


@CharField.register_lookup
class Like(PostgresOperatorLookup):
    """An SQL pattern, as an operator that an index with pg_trgm supports."""

    lookup_name = "like"
    postgres_operator = "LIKE"
