"""Helpers of jobs about signatures: the titles of the petitions, and the right to act on them."""

from django.db.models import QuerySet

from campaigns.cms.permissions import tallies_for
from campaigns.petitions.petition import Petition
from operations.jobs.work import Refused, Work

# The key of the error for a missing right, in the errors of each kind of job.
FORBIDDEN = "forbidden"


def titles_of(petitions: QuerySet[Petition]) -> list[str]:
    """Return as many titles as the list of jobs shows."""
    return list(petitions.order_by("title").values_list("title", flat=True)[:3])


def check_right(work: Work, right: str) -> None:
    """Raise Refused unless the job's owner may still act on each tally of its order."""
    tallies = work.order["tallies"]
    if tallies_for(work.job.made_by, right).filter(pk__in=tallies).count() != len(tallies):
        raise Refused(FORBIDDEN)
