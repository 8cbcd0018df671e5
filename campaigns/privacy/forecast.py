"""Forecast what the retention would do now with the signatures of each petition."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from campaigns.mail import reminders
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.privacy import anonymising, kept_for_mailings, retention


@dataclass(frozen=True)
class Due:
    """The numbers of due signatures of one petition, for each kind of work."""

    petition: Petition
    retained_until: date | None
    held_reason: str
    deleted: int
    reminded: int
    anonymised: int
    for_mailings: int


@dataclass(frozen=True)
class Forecast:
    """The forecast for all petitions, and for the keys that do not belong to one petition."""

    petitions: list[Due]
    networks: int
    mailboxes: int


def forecast() -> Forecast:
    """Return what `retention.run` would do now for each petition; the number of queries is fixed.

    In fact there may be fewer reminders, since mailboxes may have used up their daily allowance.
    """
    deleted, reminded, anonymised, keyless, kept = (
        Counter(dict(due().order_by().values_list("tally").annotate(Count("pk"))))
        for due in (
            *(retention.deletable, reminders.remindable),
            *(anonymising.due_with_key, anonymising.due_without_key),
            kept_for_mailings.due,
        )
    )
    anonymised += keyless
    petitions = [
        Due(
            petition=tally.petition,
            retained_until=retention.local_day(tally.data_ends_at),
            held_reason=tally.held_reason,
            deleted=deleted[tally.pk],
            reminded=reminded[tally.pk],
            anonymised=anonymised[tally.pk],
            for_mailings=kept[tally.pk],
        )
        for tally in Tally.objects.select_related("petition").order_by("pk")
    ]
    return Forecast(petitions, retention.old_networks().count(), retention.old_mailboxes().count())
