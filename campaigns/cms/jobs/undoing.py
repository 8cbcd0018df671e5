"""Jobs that undo decisions about many signatures: for all of them or for none."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.cms import history
from campaigns.cms.jobs.about_petitions import FORBIDDEN, MAY_NOT_MODERATE, titles_of
from campaigns.cms.permissions import AnyUser, tallies_for
from campaigns.moderation import moderating
from campaigns.moderation.decisions import Decision
from campaigns.petitions.petition import Petition
from operations.jobs import running
from operations.jobs.job import UNDER_WAY, Job
from operations.jobs.kinds import Kind
from operations.jobs.work import Refused, Work

KEY = "undo"
GONE = "gone"
UNDONE = _("This decision has been undone already.")


def ask(decision: Decision, *, count: int, by: User) -> Job:
    """Have this decision undone, which is about `count` signatures."""
    petitions = Petition.objects.filter(pk__in=decision.tallies.values("petition"))
    told = {"decision": decision.pk, "titles": titles_of(petitions)}
    return running.ask(KEY, by=by, order={}, told=told, total=count)


def is_under_way(decision: Decision) -> bool:
    """Return whether undoing the decision was already requested, and is not done yet."""
    jobs = Job.objects.filter(kind=KEY, state__in=UNDER_WAY, told__decision=decision.pk)
    return jobs.exists()


def may_undo(user: AnyUser, decision: Decision) -> bool:
    """Return whether the user may moderate the signatures of all the decision's petitions."""
    return moderating.about(tallies_for(user, "moderate")).filter(pk=decision.pk).exists()


def undo(work: Work) -> dict[str, Any]:
    """Undo the decision, and record that in the histories."""
    by = work.job.made_by
    decision = Decision.objects.filter(pk=work.job.told["decision"], undone_at=None).first()
    if decision is None:
        raise Refused(GONE)
    if not may_undo(by, decision):
        raise Refused(FORBIDDEN)
    counts = moderating.undo(decision, by=by, advance=work.advance)
    if counts is None:
        raise Refused(GONE)
    history.record(by, "petition.undo_decision", decision, counts)
    return {"rows": sum(counts.values())}


def name(job: Job) -> str:
    text = ngettext(
        "Undo the decision for %s signature", "Undo the decision for %s signatures", job.total
    )
    return text % intcomma(job.total)


def outcome(job: Job) -> str:
    done = job.result["rows"]
    text = restored(done)
    if done == job.total:
        return text
    left = gettext("The others were withdrawn, anonymised or moderated again in the meantime.")
    return f"{text} {left}"


def restored(count: int) -> str:
    """Return how many signatures are in their earlier state again, in words."""
    text = ngettext(
        "%s signature is in its earlier state again.",
        "%s signatures are in their earlier states again.",
        count,
    )
    return text % intcomma(count)


KIND = Kind(
    KEY,
    undo,
    name,
    outcome,
    errors={FORBIDDEN: MAY_NOT_MODERATE, GONE: UNDONE},
)
