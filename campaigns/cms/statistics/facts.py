"""The numbers at the head of the statistics: of one petition, or of several together."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from campaigns.counting import figures, surveying
from campaigns.moderation import queue
from campaigns.paragraphs import Text
from campaigns.petitions.state import is_too_late
from campaigns.petitions.tally import Tally


class Fact(NamedTuple):
    """A number of the statistics, with its percentage where that is meaningful.

    None is the number of what cannot happen: such a fact is shown only where it is compared.
    """

    name: Text
    number: int | None
    part: float | None = None


def facts(tallies: list[Tally]) -> list[Fact]:
    """Return the numbers of these petitions together."""
    surveyed = figures.surveyed(tallies)
    brought_in = sum(surveyed.channels.get(name, 0) for name in surveying.BROUGHT_IN)
    entered = sum(tally.elsewhere for tally in tallies)
    informed, quarantined = surveyed.updates, sum(queue.numbers(tallies).values())
    states = {**surveyed.states, "quarantined": quarantined}
    late = [tally.pending for tally in tallies if is_too_late(tally)]
    waiting = [tally.pending for tally in tallies if not is_too_late(tally)]
    is_asked = informed.get("yes") or any(tally.petition.offers_updates for tally in tallies)
    return [
        Fact(_("Signatures"), sum(tally.count for tally in tallies)),
        Fact(_("Of these, signed elsewhere"), entered + brought_in),
        Fact(_("Confirmed today"), figures.today(tallies)),
        Fact(_("Awaiting confirmation"), sum(waiting) if waiting or not late else None),
        Fact(_("Not confirmed in time"), sum(late) or None),
        Fact(_("Quarantined"), quarantined, part(states, "quarantined")),
        Fact(_("Want to be informed"), informed.get("yes", 0), part(informed, "yes"))
        if is_asked
        else Fact(_("Want to be informed"), None),
        Fact(_("Emails that are due"), figures.first_emails(tallies)),
    ]


def part(numbers: dict[str, int], name: str) -> float:
    """Return the percentage of one of these numbers: 0 only if it is none, and 100 if it is all."""
    share = 100 * numbers.get(name, 0) / max(sum(numbers.values()), 1)
    return round(share) if 1 <= share <= 99 or share in (0, 100) else tenths(share)


def tenths(share: float) -> float:
    return min(max(round(share, 1), 0.1), 99.9)
