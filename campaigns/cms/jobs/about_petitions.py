"""Jobs about signatures: asking for one, the titles of the petitions, and the right to act."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.cms.permissions import tallies_for
from campaigns.moderation.seen import Seen
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature
from operations.jobs import batches, running
from operations.jobs.job import Job
from operations.jobs.work import Refused, Work

# The key of the error for a missing right, in the errors of each kind of job.
FORBIDDEN = "forbidden"
MAY_NOT_MODERATE = _(
    "You no longer have permission to moderate the signatures of every one of these petitions."
)


def ask(
    kind: str,
    subject: QuerySet[Signature],
    *,
    by: User,
    seen: Seen | None,
    order: dict[str, Any],
    told: dict[str, Any] | None = None,
) -> Job:
    """Create a job about these signatures, and no others that would be found later."""
    tallies = list(subject.order_by().values_list("tally", flat=True).distinct())
    petitions = Tally.objects.filter(pk__in=tallies).values("petition")
    told = {**(told or {}), "titles": titles_of(Petition.objects.filter(pk__in=petitions))}
    order = {**order, "tallies": tallies, "seen": (seen or Seen.now()).write()}
    with transaction.atomic():
        job = running.ask(kind, by=by, order=order, told=told, total=0)
        batches.settle(job, subject)
    return job


def titles_of(petitions: QuerySet[Petition]) -> list[str]:
    """Return as many titles as the list of jobs shows."""
    return list(petitions.order_by("title").values_list("title", flat=True)[:3])


def check_right(work: Work, right: str) -> None:
    """Raise Refused unless the job's owner may still act on each tally of its order."""
    tallies = work.order["tallies"]
    if tallies_for(work.job.made_by, right).filter(pk__in=tallies).count() != len(tallies):
        raise Refused(FORBIDDEN)
