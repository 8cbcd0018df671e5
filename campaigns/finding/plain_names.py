"""The plain form of names, by which they are found: small letters, without accents.

Who types “jose” or “müller” finds José and Muller, too.
"""

import unicodedata

from django.db.models import CharField, Func
from django.db.models.lookups import PostgresOperatorLookup

LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
# These have no accent in Unicode, or are typed one for another in their own language.
OTHERS = {
    **{"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"},
    "ё": "е",
    **{"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"},
}


def accented() -> dict[str, str]:
    """The small Latin letters with accents, and the letter that each has without."""
    plain = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in LATIN}
    return {each: base for each, base in plain.items() if each.islower() and "a" <= base <= "z"}


# The index is made from this text (`trigrams`): what changes here needs a migration that makes the
# index anew. A name in plain letters, as most are, costs no look at the many others.
LETTERS = {**accented(), **OTHERS}
OF_TEXT = f"translate(lower({{0}}), '{''.join(LETTERS)}', '{''.join(LETTERS.values())}')"
OF_COLUMN = f"CASE WHEN octet_length({{0}}) = length({{0}}) THEN lower({{0}}) ELSE {OF_TEXT} END"


class PlainColumn(Func):
    """The plain form of the names in a column, as the index has it."""

    template = OF_COLUMN.format("%(expressions)s")
    output_field = CharField()


class PlainText(Func):
    """The plain form of a text that is looked for."""

    template = OF_TEXT.format("%(expressions)s")
    output_field = CharField()


@CharField.register_lookup
class Like(PostgresOperatorLookup):
    """A pattern of SQL, in the form that an index of pg_trgm knows."""

    lookup_name = "like"
    postgres_operator = "LIKE"
