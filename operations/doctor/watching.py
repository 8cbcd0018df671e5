"""The doctor watches by itself, and writes to the operator when something stays wrong.

The worker examines the site each minute. Every process of the site looks each minute whether a
worker is alive, for a dead worker cannot write. Each trouble is told once, and once more when it is
over.
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
from operations.doctor.findings import Asked, Check, Finding, examine

log = logging.getLogger(__name__)

EVERY = 60  # seconds
# What is over sooner is not worth a mail: a restart, or a database that changes its server.
AFTER = timedelta(minutes=5)
CHECKS: Mapping[str, Check] = {
    "database": database.check,
    "replicas": replicas.check,
    "clock": machine.clock,
    "disk": machine.disk,
    "worker": upkeep.running,
    "backups": upkeep.backups,
    "front": front.check,
}
# What one machine finds in these, another one does not see: it cannot say that it is over.
LOCAL = {"clock", "disk", "front"}
# A machine that has not found its trouble again for so long is gone, or its worker is.
UNSEEN = timedelta(hours=1)
LOCK = "watching"


class Trouble(models.Model):
    """A fault that was found and is not over. What a fault matters for tells one from another.

    `host` is the machine that found it, where it is one of that machine alone.
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
    """What the worker sees. It remembers by itself that the database does not answer."""

    def __init__(self) -> None:
        self.dark: Trouble | None = None

    def look(self) -> None:
        """Examine the site, and write to the operator about what is due."""
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
    """The troubles of these findings. Only their reasons are the same each time."""
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
    """Keep what was found, and write about what is due; one process at a time does so.

    Where the findings are all that there are, a trouble that is not among them is over, unless
    another machine has found it.
    """
    now = timezone.now()
    with transaction.atomic():
        if not locks.take(LOCK):
            return
        seen = troubles(found, now)
        Trouble.objects.bulk_create(
            seen,
            update_conflicts=True,
            unique_fields=["kind"],
            update_fields=["what", "mend", "seen_at"],
        )
        Trouble.objects.exclude(host="").filter(seen_at__lt=now - UNSEEN).delete()
        ours = Trouble.objects.filter(host__in=["", here()])
        gone = ours.exclude(kind__in=[each.kind for each in seen])
        over = list(gone.exclude(told_at=None)) if is_all else []
        due = list(Trouble.objects.filter(told_at=None, begun_at__lte=now - AFTER))
        due = [each for each in due if each.kind in {trouble.kind for trouble in seen}]
        if (due or over) and not write(due, over):
            return  # It stays as it is, and is tried again in a minute.
        Trouble.objects.filter(kind__in=[each.kind for each in due]).update(told_at=now)
        if is_all:
            gone.delete()


def write(due: list[Trouble], over: list[Trouble]) -> bool:
    """One mail about all of these; False if the mail server did not take it."""
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
    except (OSError, smtplib.SMTPException) as error:
        log.error("The operator was not told “%s”: %s", subject, type(error).__name__)
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
    """Have this process of the site look whether a worker is alive, as long as it lives."""
    if settings.OPERATOR_EMAIL:
        threading.Thread(target=repeat, name="watch", daemon=True).start()


def repeat() -> None:
    while True:
        time.sleep(EVERY)
        look_at_worker()
        connection.close()  # Nobody else uses that of this thread.


def look_at_worker() -> None:
    """Write to the operator if no worker lives. One that lives tells of everything else."""
    # The worker tells of a database that does not answer.
    with contextlib.suppress(DatabaseError, InterfaceError):
        if found := list(upkeep.missing_worker()):
            note(found, is_all=False)
