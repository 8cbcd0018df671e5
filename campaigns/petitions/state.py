"""Decide the state of a petition, in Python, for the ORM and in SQL.

`tests/campaigns/petitions/test_state.py` compares all forms over every combination.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally

# People who signed in time can confirm for this long after closing.
GRACE = timedelta(hours=24)
# The clock of the database, which keeps running while a statement waits for a lock.
NOW = "clock_timestamp()"


class State(models.TextChoices):
    """The states of a petition, in the order in which they are decided."""

    DRAFT = "draft", _("draft")
    WON = "won", _("won")
    CLOSED = "closed", _("closed")
    PAUSED = "paused", _("paused")
    SCHEDULED = "scheduled", _("scheduled")
    OPEN = "open", _("open")


class Condition(NamedTuple):
    """The condition for one state of a published petition, in three forms.

    The first condition that applies decides. `python` and `orm` read a tally and its `petition`,
    the original. In `sql`, these rows are called `tally` and `original`, and the moment `{now}`.
    """

    state: State
    python: Callable[[Tally, datetime], bool]
    orm: Callable[[datetime], Q]
    sql: str


CONDITIONS = [
    Condition(
        State.WON,
        lambda tally, now: tally.won_at is not None,
        lambda now: Q(won_at__isnull=False),
        "tally.won_at IS NOT NULL",
    ),
    Condition(
        State.CLOSED,
        lambda tally, now: (closes := tally.petition.closes_at) is not None and closes <= now,
        lambda now: Q(petition__closes_at__lte=now),
        "original.closes_at <= {now}",
    ),
    Condition(
        State.PAUSED,
        lambda tally, now: tally.paused_at is not None,
        lambda now: Q(paused_at__isnull=False),
        "tally.paused_at IS NOT NULL",
    ),
    Condition(
        State.SCHEDULED,
        lambda tally, now: (opens := tally.petition.opens_at) is not None and opens > now,
        lambda now: Q(petition__opens_at__gt=now),
        "original.opens_at > {now}",
    ),
]


def state_at(tally: Tally, moment: datetime) -> State:
    """Return the state of a petition in all languages; a translation may still be a draft."""
    if not tally.petition.live:
        return State.DRAFT
    applies = (each.state for each in CONDITIONS if each.python(tally, moment))
    return next(applies, State.OPEN)


def in_state(
    state: State, key: str = "petition__translation_key", *, moment: datetime | None = None
) -> Exists:
    """Return the condition that a petition is in this state, now or at `moment`.

    `key` is the path to the petition's translation key in the model that is filtered. `state` must
    not be DRAFT.
    """
    now = moment or timezone.now()
    tallies = Tally.objects.filter(translation_key=OuterRef(key), petition__live=True)
    for each in CONDITIONS:
        if each.state == state:
            return Exists(tallies.filter(each.orm(now)))
        tallies = tallies.exclude(each.orm(now))
    return Exists(tallies)


def has_live_original(key: str = "petition__translation_key") -> Exists:
    """Return the condition that a petition is published in its first language; `key` as above."""
    return Exists(Tally.objects.filter(translation_key=OuterRef(key), petition__live=True))


def is_published() -> Q:
    """Return the condition that the petition of a page is published, here and in its original."""
    return Q(has_live_original(), petition__live=True)


def is_open() -> Exists:
    """Return the condition that the petition of a page is open now."""
    return in_state(State.OPEN)


def open_sql(now: str = NOW) -> str:
    """Return the SQL condition that a petition is open, over rows called `tally` and `original`."""
    none = " AND ".join(f"({each.sql.format(now=now)}) IS NOT TRUE" for each in CONDITIONS)
    return f"original.live AND {none}"


# --- confirming, which ends a little later than signing ---


def takes_confirmations(moment: datetime) -> Q:
    """Return the condition on a tally that signatures can still be confirmed at this moment."""
    return Q(petition__closes_at=None) | Q(petition__closes_at__gt=moment - GRACE)


def is_too_late(tally: Tally) -> bool:
    """Return whether nobody can confirm a signature any more."""
    closes_at = tally.petition.closes_at
    return closes_at is not None and closes_at <= timezone.now() - GRACE


def takes_confirmations_sql(now: str = NOW) -> str:
    """Return the SQL condition for accepting confirmations, over a row called `original`."""
    hours = int(GRACE.total_seconds() // 3600)
    return f"(original.closes_at + interval '{hours} hours' > {now}) IS NOT FALSE"
