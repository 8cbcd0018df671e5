"""Sends messages: first the email that asks the writer to confirm, then the message itself.

Both are sent at the rate of mailings, and never twice: each is marked as started before it is
handed over, and one that did not end is not sent again.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.appeals.message import EMPTY, Message
from campaigns.appeals.writing import readdress, token_of
from campaigns.mail.outbox import took_within
from campaigns.mail.pace import BATCH, LOST, PAUSE, Turns, Unreachable, opened, patient, reserve
from campaigns.mail.refusals import (
    WAITS,
    is_perhaps_taken,
    is_put_off_by_clock,
    refused_for_good,
    sure_within,
)
from campaigns.mail.smtp import addressed
from campaigns.petitions.texts import organisation_name
from operations.doctor.answers import told

log = logging.getLogger(__name__)


def send_due(sleep: Callable[[float], None] = time.sleep) -> float | None:
    """Send for a few seconds; return the seconds until the next call, as `Round` requires."""
    give_up_lost()
    rate = settings.MAILING_RATE / 60
    number = due()[: max(1, round(rate * BATCH))].count() if rate > 0 else 0
    if not number:
        return None
    backend, turns = patient(), Turns(rate, sleep)
    try:
        opened(backend)
        turns.begin(reserve(timedelta(seconds=number / rate)))
        for place in range(number):
            turns.wait(place)
            opened(backend)
            message = start()
            if message is None:
                break
            try:
                backend.send_messages([compose(message)])
            except (OSError, smtplib.SMTPException) as error:
                after(error, message)
                backend.close()
            except ValueError as error:  # a value that no header can hold
                log.error("A message failed: %s", type(error).__name__)
                end(message, Message.Outcome.REFUSED)
            else:
                end(message, Message.Outcome.SENT)
            if turns.are_over:
                break
    except Unreachable:
        return PAUSE
    finally:
        backend.close()
    return 0.0


def due() -> models.QuerySet[Message]:
    """Return the confirmation emails and messages of public appeals that are due, oldest first."""
    is_owed = Q(confirmed_at=None, asked_at=None) | Q(confirmed_at__isnull=False, ended_at=None)
    rows = Message.objects.filter(is_owed, started_at=None, due_at__lte=timezone.now())
    return rows.filter(appeal__live=True).order_by("due_at", "pk")


def start() -> Message | None:
    """Mark the next message as started and commit that before it is sent.

    Delete the message if its representative is no longer in the list.
    """
    with transaction.atomic():
        row = due().select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        if row.confirmed_at and not has_reader(row):
            Message.objects.filter(pk=row.pk).delete()
            return None
        values = {"started_at": timezone.now(), "attempts": row.attempts + 1}
        Message.objects.filter(pk=row.pk).update(**values)
    return Message.objects.select_related("appeal__language").get(pk=row.pk)


def has_reader(message: Message) -> bool:
    """Return whether the representative is still listed, with no other message of this person."""
    before = message.recipient_email
    if not readdress(message):
        return False
    if message.recipient_email == before:
        return True
    try:
        with transaction.atomic():
            message.save(update_fields=["recipient_email"])
    except IntegrityError:
        return False
    return True


def end(message: Message, outcome: str) -> None:
    """Record the outcome. A message that was sent, or never will be, loses its text."""
    now, rows = timezone.now(), Message.objects.filter(pk=message.pk)
    if message.confirmed_at is None:
        rows.filter(confirmed_at=None).update(asked_at=now, started_at=None)
    else:
        rows.update(ended_at=now, outcome=outcome, **EMPTY)


def after(error: Exception, message: Message) -> None:
    """Record a failed attempt. An email that the server has perhaps taken is not sent again."""
    log.warning("A message was not taken: %s", told(error))
    if is_perhaps_taken(error):
        end(message, Message.Outcome.UNCLEAR)
        return
    is_sure = took_within(sure_within(message.attempts))
    if refused_for_good(error, is_sure=is_sure) or message.attempts > len(WAITS):
        end(message, Message.Outcome.REFUSED)
    else:
        due_at = timezone.now() + WAITS[message.attempts - 1]
        Message.objects.filter(pk=message.pk).update(started_at=None, due_at=due_at)


def give_up_lost() -> None:
    """End messages that were started and never ended, since their worker died.

    They may have been sent.
    """
    lost = Message.objects.filter(started_at__lt=timezone.now() - LOST, ended_at=None)
    for message in lost:
        end(message, Message.Outcome.UNCLEAR)


def bring_back() -> None:
    """Make the messages due that a clock that was ahead has put off."""
    late = Message.objects.filter(is_put_off_by_clock(), started_at=None, ended_at=None)
    late.update(due_at=timezone.now())


def compose(message: Message) -> EmailMessage:
    """Compose the email in plain text, in the language of the appeal."""
    with translation.override(message.appeal.language.language_code):
        return question(message) if message.confirmed_at is None else to_representative(message)


def question(message: Message) -> EmailMessage:
    """Ask the writer to confirm. The email quotes no input, which somebody else may have typed."""
    url = settings.BASE_URL + reverse("confirm_message", args=[token_of(message)])
    context = {"message": message, "url": url, "organisation": organisation_name()}
    return EmailMessage(
        subject=_("Please confirm your message"),
        body=render_to_string("mails/message_asked.txt", context),
        to=[message.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def to_representative(message: Message) -> EmailMessage:
    """Send from the site's own address, so that mail servers accept it.

    Replies go to the writer.
    """
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    url = settings.BASE_URL + message.appeal.get_absolute_url()
    context = {"message": message, "url": url, "organisation": organisation_name()}
    return EmailMessage(
        subject=message.subject,
        body=render_to_string("mails/message.txt", context),
        from_email=addressed(f"{message.name} ({organisation_name()})", sender),
        to=[addressed(message.recipient_name, message.recipient_email)],
        reply_to=[addressed(message.name, message.email)],
    )
