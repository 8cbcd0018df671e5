"""The contents of a pack, read once: all of its files and numbers are of the same moment."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Case, DateField, F, IntegerField, Value, When
from django.db.models.functions import Cast, TruncMonth
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.counting import ledger
from campaigns.exports import later_exports, rows
from campaigns.exports.shapes import HANDOVER
from campaigns.finding.plain_names import OF_COLUMN
from campaigns.petitions.petition import Petition
from campaigns.signatures.conditions import SERVES_PETITION
from campaigns.signatures.signature import Signature
from campaigns.signing.countries import country_names

CELLS = HANDOVER.cells
COUNTRY, NAME, AFFILIATION = (f"c{CELLS.index(c)}" for c in ("country", "name", "affiliation"))
COLUMNS = ", ".join(f"c{place}" for place in range(len(CELLS)))
# A temporary table, which is dropped at the end of the transaction.
COLLECT = """
    CREATE TEMPORARY TABLE pack (is_named, month, made_in, {columns}) ON COMMIT DROP AS {rows}
"""
# By country in the alphabetical order of the language; signatures without a country are last.
ORDER = f"array_position(%s::text[], {COUNTRY}::text), {OF_COLUMN.format(NAME)}, {NAME}"
NAMED = f"SELECT {COLUMNS} FROM pack WHERE is_named = 1 ORDER BY {ORDER}"
LISTED = f"SELECT {COUNTRY}, {NAME}, {AFFILIATION} FROM pack WHERE is_named = 1 ORDER BY {ORDER}"
BY_COUNTRY = f"SELECT coalesce({COUNTRY}, ''), count(*), sum(is_named) FROM pack GROUP BY 1"
BY_MONTH = "SELECT month, count(*) FROM pack GROUP BY 1 ORDER BY 1"
IMPORTED = """
    SELECT i.channel, i.consent, count(*) FROM pack p JOIN campaigns_import i ON i.id = p.made_in
    GROUP BY 1, 2 ORDER BY min(i.id)
"""


class Signer(NamedTuple):
    """One line of the list of names."""

    country: str
    name: str
    affiliation: str


class Country(NamedTuple):
    """How many people signed from one country, and how many of their names are stored."""

    code: str
    name: str
    number: int
    named: int


class Imported(NamedTuple):
    """How many signatures came with lists, by their channel and what the signers agreed to."""

    channel: str
    consent: str
    number: int


class Snapshot(NamedTuple):
    """The numbers of a pack. `elsewhere` are the parts of the count that have no names."""

    countries: list[Country]
    months: list[tuple[date, int]]
    elsewhere: list[tuple[str, int]]
    imported: list[Imported]

    @property
    def stored(self) -> int:
        return sum(each.number for each in self.countries)

    @property
    def named(self) -> int:
        return sum(each.named for each in self.countries)

    @property
    def total(self) -> int:
        return self.stored + sum(number for _label, number in self.elsewhere)


def collect(petition: Petition) -> Snapshot:
    """Copy the counted signatures into the table, and count them. Requires a transaction.

    The rows name the petition by its title in the language of its row, as the letter does.
    """
    tally = petition.tally
    counted = Signature.objects.counted().filter(tally=tally).order_by()
    is_named = Case(When(SERVES_PETITION, then=Value(1)), default=0, output_field=IntegerField())
    month = Cast(TruncMonth("signed_at", tzinfo=timezone.get_default_timezone()), DateField())
    made_in = F("imported__made_in")
    cells = [Value(petition.title) if name == "petition" else rows.cell(name) for name in CELLS]
    query = counted.values_list(is_named, month, made_in, *cells).query
    sql = composed(*query.sql_with_params())
    with connection.cursor() as cursor:
        before, parts = None, ledger.parts(tally)
        # Each statement sees what was committed until it began. Where the ledger is the same before
        # and after the signatures were copied, they are of the same moment.
        while parts != before:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.pack")
            cursor.execute(COLLECT.format(columns=COLUMNS, rows=sql))
            before, parts = parts, ledger.parts(tally)
        cursor.execute(BY_COUNTRY)
        found = {code: (number, named) for code, number, named in cursor.fetchall()}
        cursor.execute(BY_MONTH)
        months = [(month, number) for month, number in cursor.fetchall()]
        cursor.execute(IMPORTED)
        imported = [Imported(*row) for row in cursor.fetchall()]
    names = country_names(get_language()) | {"": _("Country not given")}
    order = [*(code for code in names if code), *(code for code in found if code not in names), ""]
    countries = [
        Country(code, names.get(code, code), *found[code]) for code in order if code in found
    ]
    elsewhere = [(str(part.kind.label), part.number) for part in parts]
    return Snapshot(countries, months, elsewhere, imported)


def rows_sql(snapshot: Snapshot) -> str:
    """Return the complete statement for the rows of the files, including its parameters."""
    return composed(NAMED, [codes(snapshot)])


def signers(snapshot: Snapshot) -> Iterator[Signer]:
    """Return the signers whose names are listed, by country and name."""
    for country, name, affiliation in later_exports.rows(composed(LISTED, [codes(snapshot)])):
        yield Signer(country or "", name or "", affiliation or "")


def codes(snapshot: Snapshot) -> list[str]:
    return [each.code for each in snapshot.countries if each.code]


def composed(sql: str, parameters: object) -> str:
    """Return a statement that includes its parameters."""
    text: str = connection.ops.compose_sql(sql, parameters)  # type: ignore[attr-defined]  # PostgreSQL's
    return text
