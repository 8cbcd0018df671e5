"""The traits of a signature: what filters and searches ask for, in one index for rare values.

An index for each filter would cost every signer several writes and the database gigabytes. All
traits of a signature are words of one GIN index instead, “cDE” for the country or “pl” for a page:
about two bytes for each of them, in lists that PostgreSQL combines.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

INDEX = "signatures_by_trait"
# The first letter of each trait, the column and what is made of it. The index is made from this
# text (`migrations/0002_references_and_search.py`); what changes here needs a migration that makes
# the index anew.
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
    """The array of all traits of a row; the columns are those of MADE_OF, in that order."""
    made = zip(MADE_OF.items(), columns, strict=True)
    words = [f"'{letter}' || {text.format(column)}" for (letter, (_name, text)), column in made]
    return f"array_remove(ARRAY[{', '.join(words)}], NULL)"


class HasTrait(Func):
    """The condition that a signature has a trait; the index finds those that do.

    It stands beside the plain condition on the column, which is cheaper where no index is used.
    """

    output_field = BooleanField()

    def __init__(self, letter: str, value: object) -> None:
        super().__init__(*(F(column) for column in COLUMNS))
        self.word = f"{letter}{value}"

    def as_sql(  # type: ignore[override]  # the stubs of the classes above it differ
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Django asks each expression for its SQL and its parameters."""
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        return f"{sql(*columns)} @> ARRAY[%s]::text[]", (self.word,)


def plain_postcode(postcode: str) -> str:
    """A postcode as it is in the index: “sw1a 1aa” is SW1A1AA."""
    return postcode.translate({ord(" "): None, ord("-"): None}).upper()
