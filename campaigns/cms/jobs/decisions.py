"""Jobs for decisions about many signatures: all are made, or none."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from campaigns.cms import history
from campaigns.cms.jobs import about_petitions
from campaigns.cms.jobs.about_petitions import FORBIDDEN, MAY_NOT_MODERATE, check_right
from campaigns.moderation import moderating
from campaigns.moderation.seen import Seen
from campaigns.signatures.signature import Signature
from operations.jobs import batches
from operations.jobs.job import Job
from operations.jobs.kinds import Kind
from operations.jobs.work import Work

KEY = "decision"
# A decision about more signatures than this runs as a job.
AT_ONCE = 5_000


def ask(
    signatures: QuerySet[Signature],
    *,
    moderation: str,
    reason: str,
    by: User,
    seen: Seen | None = None,
) -> Job:
    """Create the job for the signatures that the decision would change now, and no others."""
    subject = moderating.changeable(signatures, moderation)
    order = {"moderation": moderation, "reason": reason}
    told = {"moderation": moderation}
    return about_petitions.ask(KEY, subject, by=by, seen=seen, order=order, told=told)


def decide(work: Work) -> dict[str, Any]:
    """Make the decision and its log entries; signatures that no longer exist are left out."""
    order, by = work.order, work.job.made_by
    check_right(work, "moderate")
    decision = moderating.moderate_in_batches(
        batches.of(work.job),
        moderation=order["moderation"],
        reason=order["reason"],
        by=by,
        seen=Seen.read(order["seen"]) or Seen.now(),
        advance=work.advance,
    )
    counts = moderating.counts(decision)
    history.record(by, "petition.moderate", decision, counts)
    return {"decision": decision.pk, "rows": sum(counts.values())}


def name(job: Job) -> str:
    return label(job.told["moderation"], job.total)


def label(moderation: str, count: int) -> str:
    """Return the button's label: what a decision does to this number of signatures."""
    match moderation:
        case Signature.Moderation.NONE:
            text = ngettext("Release %s signature", "Release %s signatures", count)
        case Signature.Moderation.QUARANTINED:
            text = ngettext("Quarantine %s signature", "Quarantine %s signatures", count)
        case _:
            text = ngettext("Invalidate %s signature", "Invalidate %s signatures", count)
    return text % intcomma(count)


def outcome(job: Job) -> str:
    done = job.result["rows"]
    text = ngettext("%s signature has been moderated.", "%s signatures have been moderated.", done)
    text %= intcomma(done)
    return text if done == job.total else f"{text} {left_out()}"


def left_out() -> str:
    """Return why a decision changed fewer signatures than it was asked for."""
    return gettext("The others were withdrawn, anonymised, moderated or confirmed in the meantime.")


KIND = Kind(
    KEY,
    decide,
    name,
    outcome,
    errors={FORBIDDEN: MAY_NOT_MODERATE},
)
