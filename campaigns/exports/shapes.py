"""Shapes of an export: the columns of a file and its signatures, each for one purpose.

A shape is chosen before an export. It narrows down the signatures that the list shows, and never
adds any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.db.models import Aggregate, Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.mailings.opted_in import OPTED_IN
from campaigns.paragraphs import Text
from campaigns.signatures.column_types import ShownIn
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.conditions import COUNTED, IN_STATE
from campaigns.signatures.signature import Signature

# Placeholder in the cells of a shape for one column per question; `Shape.answers` says which.
ANSWERS = "answers"


class Answers(Enum):
    """Which answers to the questions of a petition are in a file."""

    NONE = "none"
    # Boxes and choices, if the question was not personal when it was answered and is not personal
    # now. Answers in the signers' own words may name somebody.
    CHOSEN = "chosen"
    ALL = "all"


@dataclass(frozen=True)
class Shape:
    """The purpose of a file: its columns and which signatures it contains.

    Its cells are columns of a signature, keys of `rows.WORKED_OUT`, or ANSWERS.
    """

    key: str
    name: Text
    # What is in the file, in one or two sentences, for the person who chooses.
    contents: Text
    cells: tuple[str, ...]
    # Selects the signatures in the file from those that the list shows.
    condition: Q
    answers: Answers = Answers.NONE
    # Whether a signature comes into the file only once its signer has proved the email address.
    needs_proof: bool = False
    # Whether rows are sorted by their own cells. The list is in order of signing: two files in that
    # order could be laid side by side, which would reveal whose row is whose.
    is_sorted: bool = False

    def narrowed(self, signatures: QuerySet[Signature]) -> QuerySet[Signature]:
        return signatures.filter(self.condition)

    def with_columns(self, chosen: Sequence[str]) -> "Shape":
        """Return the shape with some of its columns, in this order; unknown columns are ignored.

        A column that is left out does not influence the file: an analysis is not sorted by it
        either.
        """
        return replace(self, cells=tuple(name for name in chosen if name in self.cells))


HANDOVER = Shape(
    "handover",
    _("Handing over"),
    _(
        "Name, country, postcode and organisation, and the comment where its signer agreed that it "
        "is shown and a moderator has approved it. Only confirmed signatures; no email addresses."
    ),
    ("petition", "name", "country", "postcode", "affiliation", "approved_comment"),
    condition=IN_STATE["confirmed"],
)
MAILING = Shape(
    "mailing",
    _("Mailing list"),
    _(
        "Email address, name and language of those who want to be kept informed. Only confirmed "
        "signatures, and nobody who has stopped the emails."
    ),
    ("email", "name", "language"),
    condition=OPTED_IN,
    needs_proof=True,
)
ANALYSIS = Shape(
    "analysis",
    _("Analysis"),
    _(
        "A row for each signature that counts, with the day, country, language, channel, source, "
        "embedding site, “keep me informed”, and what was ticked or chosen in questions that are "
        "not personal. No name, no email address, no number, no time of day."
    ),
    (
        *("petition", "day", "country", "language", "channel"),
        *("source", "framed_by", "updates", ANSWERS),
    ),
    condition=COUNTED,
    answers=Answers.CHOSEN,
    is_sorted=True,
)
EVERYTHING = Shape(
    "everything",
    _("Everything"),
    _(
        "All columns of all signatures that the list shows, in every state. Of anonymised "
        "signatures, of those kept for mailings, and of those that came with a list, only the day "
        "is known, and no time of day."
    ),
    (
        *("number", "petition", "state"),
        *(field.attname for field, column in COLUMNS if ShownIn.EXPORT in column.shown_in),
        ANSWERS,
    ),
    condition=Q(),
    answers=Answers.ALL,
)
# In the order in which they are offered: the least personal ones come first.
SHAPES = {each.key: each for each in (HANDOVER, MAILING, ANALYSIS, EVERYTHING)}
OF_CONFIRMED = SHAPES.keys() - {EVERYTHING.key}  # shapes with confirmed signatures only


def name_of(key: str) -> str:
    """Return the name of a shape; exports from before there were shapes contained everything."""
    return str(SHAPES.get(key, EVERYTHING).name)


def counts(signatures: QuerySet[Signature], among: Mapping[str, Q]) -> tuple[int, dict[str, int]]:
    """Return the number of signatures, and how many rows the file of each shape would have.

    This takes one query. `among` has the condition of the signatures allowed in each file, by the
    keys of the shapes.
    """
    numbers: dict[str, Aggregate] = {
        key: Count("pk", filter=(SHAPES[key].condition & allowed) or None)
        for key, allowed in among.items()
    }
    found = signatures.order_by().aggregate(total=Count("pk"), **numbers)
    return found.pop("total"), found
