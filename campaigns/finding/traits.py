"""Traits of a signature: what filters and searches look for, in one index for rare values.

An index for each filter would cost every signer several writes, and the database gigabytes.
Instead, all traits of a signature are words of one GIN index, such as “cDE” for the country or “pl”
for a page: about two bytes each, in lists that PostgreSQL combines.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

INDEX = "signatures_by_trait"
# The first letter of each trait, its column and its expression. The index is defined by this text
# (`migrations/_search.py`); changes here need a migration that rebuilds it.
COUNTRY, LANGUAGE, CHANNEL, PAGE, SITE, UPDATES = "c", "l", "h", "p", "f", "u"
POSTCODE, DOMAIN = "z", "d"
MADE_OF = {
    COUNTRY: ("country", "{}"),
    LANGUAGE: ("language", "{}"),
    CHANNEL: ("channel", "{}"),
    PAGE: ("page", "{}::text"),
    SITE: ("framed_by", "lower(nullif({}, ''))"),
    UPDATES: ("updates", "CASE WHEN {} THEN '' END"),
    POSTCODE: ("postcode", "upper(translate({}, ' -', ''))"),
    DOMAIN: ("email", "lower(substring({} from '[^@]*$'))"),
}
COLUMNS = [column for column, _made in MADE_OF.values()]


def sql(*columns: str) -> str:
    """Return the array of all traits of a row; the columns are those of MADE_OF, in that order."""
    made = zip(MADE_OF.items(), columns, strict=True)
    words = [f"'{letter}' || {text.format(column)}" for (letter, (_name, text)), column in made]
    return f"array_remove(ARRAY[{', '.join(words)}], NULL)"


class HasTrait(Func):
    """The condition that a signature has a trait, for which the index is used.

    Add the plain condition on the column as well, which is cheaper where the index is not used.
    """

    output_field = BooleanField()

    def __init__(self, letter: str, value: object) -> None:
        super().__init__(*(F(column) for column in COLUMNS))
        self.word = f"{letter}{value}"

    def as_sql(  # type: ignore[override]  # the stubs of the classes above it differ
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the SQL and its parameters."""
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        return f"{sql(*columns)} @> ARRAY[%s]::text[]", (self.word,)


def plain_postcode(postcode: str) -> str:
    """Return a postcode as in the index: “sw1a 1aa” becomes SW1A1AA."""
    return postcode.translate({ord(" "): None, ord("-"): None}).upper()
