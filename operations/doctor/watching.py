"""The doctor also watches the site, and emails the operator when a fault persists.

The worker examines the site each minute. Every process of the site checks each minute whether a
worker is alive, since a dead worker cannot send email. The operator is notified of each fault once,
and once more when it is over.
"""

import contextlib
import logging
import platform
import smtplib
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, InterfaceError, connection, models, transaction
from django.utils import timezone

from operations import locks
from operations.doctor import database, front, machine, replicas, upkeep
from operations.doctor.answers import Unanswered, told
from operations.doctor.findings import Asked, Check, Finding, examine

log = logging.getLogger(__name__)

EVERY = 60  # seconds
# Shorter faults are not worth an email: a restart, or a failover of the database.
AFTER = timedelta(minutes=5)
CHECKS: Mapping[str, Check] = {
    "database": database.check,
    "replicas": replicas.check,
    "clock": machine.clocks_apart,
    "disk": machine.disk,
    "worker": upkeep.running,
    "backups": upkeep.backups,
    "front": front.check,
}
# Faults in these parts concern one machine: the others cannot tell whether such a fault is over.
LOCAL = {"clock", "disk", "front"}
# A machine that has not seen its fault again for this long is gone, or its worker is.
UNSEEN = timedelta(hours=1)
LOCK = "watching"


class Trouble(models.Model):
    """A fault that was found and is not over. The reason why it matters identifies it.

    `host` is the machine that found the fault, if it concerns that machine alone.
    """

    kind = models.CharField(max_length=300, primary_key=True)
    what = models.TextField()
    mend = models.TextField()
    begun_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    host = models.CharField(max_length=80, default="", db_default="")
    seen_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.kind


class Watch:
    """The watch of the worker, which remembers in memory that the database does not answer."""

    def __init__(self) -> None:
        self.dark: Trouble | None = None

    def look(self) -> None:
        """Examine the site, and email the operator about the faults that are due."""
        if not settings.OPERATOR_EMAIL:
            return
        found = [finding for _, its in examine(CHECKS, Asked()) for finding in faults(its)]
        try:
            note(found)
        except (DatabaseError, InterfaceError):
            connection.close()
            self.note_darkness(found)
            return
        if self.dark and self.dark.told_at:
            write([], [self.dark])
        self.dark = None

    def note_darkness(self, found: Iterable[Finding]) -> None:
        now = timezone.now()
        [seen] = troubles([*found, UNKNOWN][:1], now)
        self.dark = self.dark or seen
        is_due = not self.dark.told_at and self.dark.begun_at <= now - AFTER
        if is_due and write([self.dark], []):
            self.dark.told_at = now


UNKNOWN = Finding(
    "database",
    "It does not take what is written.",
    "Nobody can sign.",
    "systemctl status postgresql; lastdrop doctor",
)


def faults(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.is_fault)


def troubles(findings: Iterable[Finding], now: datetime) -> list[Trouble]:
    """Return one Trouble for each reason: only the reason of a finding is the same each time."""
    found = [trouble(each, here() if each.part in LOCAL else "", now) for each in findings]
    return list({each.kind: each for each in found}.values())


def here() -> str:
    return platform.node()[:80]


def trouble(finding: Finding, host: str, now: datetime) -> Trouble:
    part = f"{finding.part} on {host}" if host else finding.part
    return Trouble(
        kind=f"{part}: {finding.why}",
        what=f"{part}: {finding.what}",
        mend=finding.mend,
        begun_at=now,
        host=host,
        seen_at=now,
    )


def note(found: Iterable[Finding], *, is_all: bool = True) -> None:
    """Store the faults, and email the operator about those that are due, one process at a time.

    With `is_all`, these are all faults: any other stored fault is over, unless another machine has
    found it.
    """
    now = timezone.now()
    with transaction.atomic():
        if not locks.take(LOCK):
            return
        seen = {each.kind: each for each in troubles(found, now)}
        known = Trouble.objects.filter(kind__in=seen)
        others = Trouble.objects.exclude(kind__in=seen)
        lost = others.exclude(host="").filter(seen_at__lt=now - UNSEEN)
        gone = others.filter(host__in=["", here()]) if is_all else others.none()
        over = list(gone.exclude(told_at=None).exclude(kind__in=lost.values("kind")))
        waiting = known.filter(told_at=None, begun_at__lte=now - AFTER)
        due = []
        for kind, begun_at in waiting.values_list("kind", "begun_at"):
            seen[kind].begun_at = begun_at
            due.append(seen[kind])
        # Nothing is written before the email has left, which may take long: no total is settled
        # while a transaction is writing (`campaigns.counting`).
        is_told = not (due or over) or write(due, over)
        Trouble.objects.bulk_create(
            list(seen.values()),
            update_conflicts=True,
            unique_fields=["kind"],
            update_fields=["what", "mend", "seen_at"],
        )
        lost.delete()
        if is_told:  # Otherwise the email is tried again in a minute.
            Trouble.objects.filter(kind__in=[each.kind for each in due]).update(told_at=now)
            gone.delete()


def write(due: list[Trouble], over: list[Trouble]) -> bool:
    """Send one email about all of these; return False if the mail server did not accept it."""
    subject = ", ".join(dict.fromkeys(each.kind.split(":")[0] for each in due or over))
    subject = f"{'Needs you' if due else 'Well again'}: {subject}"
    message = EmailMessage(
        f"[{settings.BASE_URL.split('://')[-1]}] {subject}",
        "\n\n".join(paragraphs(due, over)) + "\n",
        to=[settings.OPERATOR_EMAIL],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except Unanswered as error:
        # Perhaps taken, as by a server with a slow filter: else it would come once a minute.
        log.warning("The operator was perhaps told “%s”: %s", subject, told(error))
    except (OSError, smtplib.SMTPException) as error:
        log.error("The operator was not told “%s”: %s", subject, told(error))
        return False
    return True


def paragraphs(due: list[Trouble], over: list[Trouble]) -> Iterator[str]:
    for each in due:
        why = each.kind.partition(": ")[2]
        yield f"{each.what}\n{why}\n→ {each.mend}\n(since {each.begun_at:%Y-%m-%d %H:%M} UTC)"
    if over:
        yield "These are well again:"
    for each in over:
        yield f"{each.what}\n(this was wrong since {each.begun_at:%Y-%m-%d %H:%M} UTC)"
    if due:
        yield "You are told once, and once more when it is well again. All that can be wrong:"
        yield "lastdrop doctor"
        yield "What to do then, step by step: docs/at-night.md"


def begin() -> None:
    """Make this process of the site check for a living worker, as long as the process runs."""
    if settings.OPERATOR_EMAIL:
        threading.Thread(target=repeat, name="watch", daemon=True).start()


def repeat() -> None:
    while True:
        time.sleep(EVERY)
        look_at_worker()
        connection.close()  # Nothing else uses the connection of this thread.


def look_at_worker() -> None:
    """Email the operator if no worker is alive. A living worker reports everything else."""
    # The worker reports a database that does not answer.
    with contextlib.suppress(DatabaseError, InterfaceError):
        if found := list(upkeep.missing_worker()):
            note(found, is_all=False)
