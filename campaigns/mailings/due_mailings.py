"""Begins approved mailings that are due, and ends those without any recipients left."""

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from campaigns.mail import refusals
from campaigns.mail.pace import LOST
from campaigns.mailings import audience, mailing, notices, suppression
from campaigns.mailings.mailing import Mailing, NoticeKind, Outcome, Recipient, State

LISTED = 5_000
# Of recipients who were started, but not tried.
ONE_LESS = Greatest(F("attempts") - 1, 0)
# Signers may withdraw while they are being listed; their rows are then skipped. Whoever has changed
# the email address since it was read is returned; from here on, a change waits for the commit. With
# the join alone, PostgreSQL could read the whole table each time.
LIST = """
    WITH listed AS (
        SELECT s.id, s.email, s.email <> read.email AS is_moved
        FROM unnest(%(ids)s::uuid[], %(emails)s::text[]) AS read (id, email)
            JOIN campaigns_signature s USING (id)
        WHERE s.id = ANY(%(ids)s) ORDER BY s.id
        FOR KEY SHARE OF s
    ), recipients AS (
        INSERT INTO campaigns_recipient (mailing_id, signature_id, due_at, attempts)
        SELECT %(mailing)s, id, statement_timestamp(), 0 FROM listed ORDER BY id
    )
    SELECT id, email FROM listed WHERE is_moved
"""


def begin() -> None:
    """List the recipients of approved mailings that are due."""
    now = timezone.now()
    due = Mailing.objects.filter(Q(send_at=None) | Q(send_at__lte=now), state=State.APPROVED)
    for key in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            locked = due.select_for_update(skip_locked=True).filter(pk=key).first()
            if locked is None:
                continue
            number = list_recipients(locked)
            values = {"addressed": number, "began_at": now, "state": State.SENDING}
            Mailing.objects.filter(pk=key).update(**values)


def list_recipients(begun: Mailing) -> int:
    read = list(audience.addresses(begun).items())
    with connection.cursor() as cursor:
        for place in range(0, len(read), LISTED):
            ids, emails = zip(*read[place : place + LISTED], strict=True)
            cursor.execute(LIST, {"mailing": begun.pk, "ids": list(ids), "emails": list(emails)})
            for key, email in cursor.fetchall():
                suppression.skip_second_mails(key, email)
    return begun.recipients.count()


def is_sending(key: int) -> bool:
    return Mailing.objects.filter(pk=key, state=State.SENDING).exists()


def give_back(keys: list[int], **values: object) -> None:
    """Make recipients who were started due again, with these other values."""
    with transaction.atomic():
        free(keys).update(started_at=None, **values)


def free(keys: list[int]) -> QuerySet[Recipient]:
    """Lock recipients, except those whom somebody holds, and return them.

    A job that deletes their signatures may hold them for minutes. Must be called in a transaction.
    """
    rows = Recipient.objects.filter(pk__in=keys).select_for_update(skip_locked=True)
    return Recipient.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))


def bring_back() -> None:
    """Make the recipients due whom a clock that was ahead has put off."""
    late = Recipient.objects.filter(refusals.is_put_off_by_clock(), started_at=None)
    with transaction.atomic():
        free(list(late.values_list("pk", flat=True))).filter(started_at=None).update(due_at=Now())


def end() -> None:
    """Give up lost or stopped recipients, and end mailings without any recipients left.

    Emails that were started and never ended count as perhaps sent.
    """
    lost = Recipient.objects.filter(started_at__lt=timezone.now() - LOST)
    for key, of in lost.values_list("pk", "mailing"):
        with transaction.atomic():
            # Another worker may do the same at this moment.
            if free([key]).delete()[0]:
                mailing.add(of, Outcome.UNCLEAR)
    left = Exists(recipients := Recipient.objects.filter(mailing=OuterRef("pk")))
    # Recipients whom a worker was handling when the mailing was stopped, and who were not tried or
    # whose email was refused for now.
    waiting = Exists(recipients.filter(started_at=None))
    stopped = Mailing.objects.filter(waiting, state=State.STOPPED)
    for key in stopped.values_list("pk", flat=True):
        with transaction.atomic():
            mailing.give_up(key)
    for ended in Mailing.objects.filter(~left, state=State.SENDING):
        with transaction.atomic():
            rows = Mailing.objects.filter(~left, pk=ended.pk, state=State.SENDING)
            if rows.update(state=State.SENT, ended_at=timezone.now()):
                notices.owe(ended, NoticeKind.SENT)
