"""The shapes of an export: which columns a file has, and which signatures, for one purpose each.

A shape is chosen before an export. It narrows down what the list of signatures shows, and never
widens it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Aggregate, Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.mailings.opted_in import OPTED_IN
from campaigns.signatures.column_types import ShownIn
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.conditions import COUNTED, IN_STATE
from campaigns.signatures.signature import Signature

# Stands among the cells of a shape for a column for each question; `Shape.answers` says which.
ANSWERS = "answers"


class Answers(Enum):
    """Which answers to the questions of a petition are in a file."""

    NONE = "none"
    # Ticked or chosen, to questions that were not personal when they were answered, nor are by now.
    # What signers wrote in words of their own may name somebody.
    CHOSEN = "chosen"
    ALL = "all"


@dataclass(frozen=True)
class Shape:
    """What a file is made for.

    Its cells are columns of a signature, `rows.WORKED_OUT`, or ANSWERS.
    """

    key: str
    name: str | Promise
    # One sentence or two for the person who chooses: what is in the file.
    contents: str | Promise
    cells: tuple[str, ...]
    # Which of the signatures that the list shows are in the file.
    condition: Q
    answers: Answers = Answers.NONE
    # By its own cells. The order of the list is that of signing: two files in that order could be
    # laid side by side, and would tell whose row is whose.
    is_sorted: bool = False

    def narrowed(self, signatures: QuerySet[Signature]) -> QuerySet[Signature]:
        return signatures.filter(self.condition)

    def with_columns(self, chosen: Sequence[str]) -> "Shape":
        """The shape with some of its columns, in this order; others are no columns of it.

        A column that is left out is nowhere in the file: an analysis is sorted without it, too.
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
    _("All columns of all signatures that the list shows, in every state."),
    (
        *("number", "petition", "state"),
        *(field.attname for field, column in COLUMNS if ShownIn.EXPORT in column.shown_in),
        ANSWERS,
    ),
    condition=Q(),
    answers=Answers.ALL,
)
# In the order in which they are offered: what tells least about people comes first.
SHAPES = {each.key: each for each in (HANDOVER, MAILING, ANALYSIS, EVERYTHING)}
OF_CONFIRMED = SHAPES.keys() - {EVERYTHING.key}  # whose files hold confirmed signatures alone


def name_of(key: str) -> str:
    """The name of a shape; exports from before there were shapes held everything."""
    return str(SHAPES.get(key, EVERYTHING).name)


def counts(signatures: QuerySet[Signature], among: Mapping[str, Q]) -> tuple[int, dict[str, int]]:
    """How many signatures these are, and how many rows the file of each shape would have.

    It is one query. `among` are the conditions of the signatures that may be in each, by the keys
    of the shapes.
    """
    numbers: dict[str, Aggregate] = {
        key: Count("pk", filter=(SHAPES[key].condition & allowed) or None)
        for key, allowed in among.items()
    }
    found = signatures.order_by().aggregate(total=Count("pk"), **numbers)
    return found.pop("total"), found


def rows_of(count: int) -> str:
    return ngettext("%s signature", "%s signatures", count) % intcomma(count)
