"""Sends emails with signatures to the targets, at the rate of each petition, and none twice."""

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from campaigns.bounces import return_path
from campaigns.forwarding import composing, forwarded, gathering, stopping
from campaigns.forwarding.forwarded import Forwarded, ForwardedMail
from campaigns.forwarding.gathering import Office, waiting
from campaigns.mail.pace import BATCH, LOST, PAUSE, Turns, Unreachable, opened, patient, reserve
from campaigns.mail.refusals import TOLERANCE, is_perhaps_taken, refused_for_good
from campaigns.petitions.settings import Forwards
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import IN_STATE
from campaigns.signatures.signature import Signature
from operations.doctor.answers import told

log = logging.getLogger(__name__)

# A list that is not full is sent after this time.
DAILY = timedelta(days=1)
# If the mail server temporarily refuses the emails to a target, wait this long after each attempt,
# and stop all emails of the petition after this many attempts.
WAIT = timedelta(minutes=30)
MOST_ATTEMPTS = 10
LATER = ForwardedMail.Outcome.LATER


def send_due(sleep: Callable[[float], None] = time.sleep) -> float | None:
    """Send for a few seconds, one email per petition; return the wait in seconds, for `Round`."""
    give_up_lost()
    rate = settings.MAILING_RATE / 60
    if rate <= 0:
        return None
    backend, sent, left = patient(), 0, max(1, round(rate * BATCH))
    turns = Turns(rate, sleep)
    try:
        for tally in sorted(gathering.active(), key=lambda each: last_at(mails_of(each))):
            # Checked again in `start`: another worker may have sent one since.
            office = None if is_early(tally) else next_office(tally)
            if office is None:
                continue
            opened(backend)
            turns.begin(reserve(timedelta(seconds=1 / rate)))
            turns.wait(0)
            if mail := start(tally, office):
                hand_over(mail, tally, office, backend)
                sent += 1
            left -= 1
            if turns.are_over or not left:
                break
    except Unreachable:
        return PAUSE
    finally:
        backend.close()
    return 0.0 if sent else None


def mails_of(tally: Tally, office: Office | None = None) -> QuerySet[ForwardedMail]:
    """Return the emails of a petition, or those to one mailbox, the latest first.

    Those of the future do not count: the clock was ahead when they were sent.
    """
    mails = ForwardedMail.objects.filter(started_at__lt=timezone.now() + TOLERANCE)
    found = mails.filter(tally=tally.pk).order_by("-started_at")
    return found.filter(target__in=office.targets) if office else found


def last_at(mails: QuerySet[ForwardedMail]) -> datetime:
    return mails.values_list("started_at", flat=True).first() or datetime.min.replace(tzinfo=UTC)


def is_early(tally: Tally) -> bool:
    """Return whether the petition's rate does not allow an email yet."""
    return timezone.now() < last_at(mails_of(tally)) + timedelta(hours=1) / tally.forwards_hourly


def next_office(tally: Tally) -> Office | None:
    """Return the mailbox whose last email is the oldest, of those for which something is due."""
    found = gathering.offices(tally.petition)
    for office in sorted(found, key=lambda each: last_at(mails_of(tally, each))):
        last = mails_of(tally, office).first()
        if last and last.outcome == LATER and timezone.now() < last.started_at + WAIT:
            continue
        if due(tally, office).exists():
            return office
    return None


def due(tally: Tally, office: Office) -> QuerySet[Forwarded]:
    """Return what goes into the next email: one signature, or those with the same version."""
    rows = waiting(tally, office)
    if tally.petition.forwards == Forwards.EACH:
        return rows[:1]
    versions = rows.order_by("signature__version").values_list("signature__version")
    for version, number, oldest in versions.annotate(Count("pk"), Min("found_at")):
        if number >= tally.forwards_together or oldest <= timezone.now() - DAILY:
            return rows.filter(signature__version=version)[: tally.forwards_together]
    return rows.none()


def start(tally: Tally, office: Office) -> ForwardedMail | None:
    """Store an email and its signatures before it is sent; None if it may not be sent now.

    Forwarding may have been paused, or another worker may have sent the next email.
    """
    with transaction.atomic():
        # Other changes to a petition never wait long for this lock.
        running = Tally.objects.select_for_update(no_key=True).filter(pk=tally.pk)
        if not running.exclude(forwarding_at=None).exists() or is_early(tally):
            return None
        found = list(due(tally, office).select_related("signature__version"))
        if not found:
            return None
        version = found[0].signature.version
        assert version  # only signatures with a version are forwarded
        mail = ForwardedMail.objects.create(
            tally=tally,
            target=office.targets[0],
            contact=office.contact,
            words="\n".join(office.read_in(version)),
        )
        Forwarded.objects.filter(pk__in=[each.pk for each in found]).update(mail=mail)
        return mail


def hand_over(mail: ForwardedMail, tally: Tally, office: Office, backend: BaseEmailBackend) -> None:
    """Send an email that was started, and record the outcome."""
    outcomes = ForwardedMail.Outcome
    still = Signature.objects.filter(IN_STATE["confirmed"], forwarded__mail=mail)
    signatures = list(still.select_related("version").order_by("forwarded__pk"))
    # Who was quarantined a moment ago is not in this email, and may be released for another.
    mail.signatures.exclude(signature__in=signatures).update(mail=None)
    if not signatures:
        return end(mail, outcomes.EMPTY)
    try:
        message = composing.compose(signatures, petition=tally.petition, to=office.email)
        return_path.put_forwarded(message, mail.pk)
        backend.send_messages([message])
    except (OSError, smtplib.SMTPException) as error:
        backend.close()  # After an error, the state of the connection is unknown.
        after(error, mail)
    except ValueError as error:  # a value that no header can hold
        log.error("An email to a target failed: %s", type(error).__name__)
        stopping.stop(mail, outcomes.REFUSED)
    else:
        end(mail, outcomes.SENT)


def end(mail: ForwardedMail, outcome: str) -> None:
    with transaction.atomic():
        forwarded.end(mail, outcome)


def after(error: Exception, mail: ForwardedMail) -> None:
    """Record a failed attempt. An email that the server has perhaps taken is not sent again."""
    outcomes = ForwardedMail.Outcome
    log.warning("An email to a target was not taken: %s", told(error))
    if is_perhaps_taken(error):
        end(mail, outcomes.UNCLEAR)
    elif refused_for_good(error):
        stopping.stop(mail, outcomes.REFUSED)
    else:
        latest = ForwardedMail.objects.filter(tally=mail.tally_id, target=mail.target)
        before = latest.exclude(pk=mail.pk).order_by("-started_at")
        tried = list(before.values_list("outcome", flat=True)[: MOST_ATTEMPTS - 1])
        if tried == [LATER] * (MOST_ATTEMPTS - 1):
            stopping.stop(mail, outcomes.REFUSED)
        else:
            end(mail, LATER)


def give_up_lost() -> None:
    """End emails that were started and never ended, since their worker died.

    They may have been sent.
    """
    lost = ForwardedMail.objects.filter(started_at__lt=timezone.now() - LOST, ended_at=None)
    lost.update(ended_at=timezone.now(), outcome=ForwardedMail.Outcome.UNCLEAR)
