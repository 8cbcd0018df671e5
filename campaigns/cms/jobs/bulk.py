"""Jobs for acts on many signatures: each act is done to all of them or to none."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.cms.bulk import tasks
from campaigns.cms.bulk.tasks import Task
from campaigns.cms.jobs import about_petitions
from campaigns.cms.jobs.about_petitions import FORBIDDEN, check_right
from campaigns.moderation.seen import Seen
from campaigns.signatures.signature import Signature
from operations.jobs import batches
from operations.jobs.job import Job
from operations.jobs.kinds import Kind
from operations.jobs.work import Refused, Work

HELD = "held"


def ask(
    task: type[Task],
    subject: QuerySet[Signature],
    *,
    reason: str,
    by: User,
    seen: Seen | None = None,
) -> Job:
    """Create the job for those of the signatures that the act applies to now, and no others."""
    return about_petitions.ask(task.key, subject, by=by, seen=seen, order={"reason": reason})


def working(task: type[Task]) -> Callable[[Work], dict[str, Any]]:
    """Return the function that carries out the act."""

    def work(work: Work) -> dict[str, Any]:
        order, by = work.order, work.job.made_by
        check_right(work, task.right)
        try:
            return tasks.carry_out(
                task,
                batches.of(work.job),
                reason=order["reason"],
                by=by,
                seen=Seen.read(order["seen"]) or Seen.now(),
                advance=work.advance,
            )
        except tasks.Held:
            raise Refused(HELD) from None

    return work


def telling(task: type[Task]) -> Callable[[Job], str]:
    """Return the function that describes the result."""

    def outcome(job: Job) -> str:
        done = job.result["rows"]
        return message(task, done, of=job.total)

    return outcome


def message(task: type[Task], done: int, *, of: int) -> str:
    """Return how many signatures were changed, and why the others were not."""
    text = f"{task.done(done)}."
    if done == of:
        return text
    left = gettext(
        "The others were moderated or confirmed in the meantime, or this was no longer possible."
    )
    return f"{text} {left}"


def kind(task: type[Task]) -> Kind:
    return Kind(
        task.key,
        working(task),
        lambda job: task.label(job.total),
        telling(task),
        errors={
            FORBIDDEN: _(
                "You no longer have permission to do this to the signatures of every one of these "
                "petitions."
            ),
            HELD: tasks.HELD,
        },
    )


KINDS = [kind(task) for task in tasks.ALL]
