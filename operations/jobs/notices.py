"""Emails to the people whose job has ended, which the worker sends in a round of its own."""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError, InterfaceError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from wagtail.users.models import UserProfile

from operations.doctor.answers import Unanswered, told
from operations.jobs import kinds
from operations.jobs.job import Job, State

log = logging.getLogger(__name__)

# The waits, in seconds, before an email to staff is sent again that the mail server has perhaps
# taken. One that arrives twice is better than none, and three more attempts are enough.
UNANSWERED_WAITS = [3600, 6 * 3600, 24 * 3600]
# The waits after failed attempts to reach the mail server, in seconds: two days.
FIRST_WAITS = [10, 60, 300, 900, *[3600] * 47]
WAITS = [*FIRST_WAITS, *UNANSWERED_WAITS]
# Longer than a round takes. If the worker is killed, its emails are sent again after this time.
LEASE = timedelta(minutes=10)


def send_due() -> float | None:
    """Send one email; return the seconds until the next, as `operations.rounds.Round` expects.

    The job is claimed first, so that nothing is locked while the mail server is contacted.
    """
    now = timezone.now()
    due = Job.objects.filter(notice_at__lte=now).order_by("notice_at")
    job = due.select_related("made_by").first()
    if job is None:
        return None
    rows = Job.objects.filter(pk=job.pk)
    if not rows.filter(notice_at=job.notice_at).update(notice_at=now + LEASE):
        return 0  # another worker has it
    tried = job.notice_attempts
    try:
        is_sent = send(job)
    except Unanswered:
        is_sent, tried = False, max(tried, len(FIRST_WAITS))
    if is_sent or tried >= len(WAITS):
        rows.update(notice_at=None)
    else:
        wait = timedelta(seconds=WAITS[tried])
        rows.update(notice_at=timezone.now() + wait, notice_attempts=tried + 1)
    return 0


def send(job: Job) -> bool:
    """Send the email about a job; return False if the mail server did not accept it.

    Raise Unanswered if it has perhaps accepted it.
    """
    # Whoever may not use the CMS any more does not see their jobs there either.
    if not (job.made_by.email and job.made_by.has_perm("wagtailadmin.access_admin")):
        return True
    try:
        compose(job).send()
    except Unanswered as error:
        log.warning("The email about job %s was perhaps sent: %s", job.pk, told(error))
        raise
    except (OSError, smtplib.SMTPException) as error:
        log.warning("The email about job %s waits: %s", job.pk, told(error))
        return False
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:  # A bug of ours must not hold up the other emails.
        log.error("The email about job %s cannot be sent: %s", job.pk, type(error).__name__)
    return True


def compose(job: Job) -> EmailMultiAlternatives:
    """Return the email in the person's language and time zone, as the list of jobs is shown.

    It says what was done, and names no signer.
    """
    profile = UserProfile.get_for_user(job.made_by)
    zone = profile.get_current_time_zone()
    with override(profile.get_preferred_language()), timezone.override(zone):
        kind = kinds.of(job)
        is_done = job.state == State.DONE
        subject = gettext("Done: %s") if is_done else gettext("Not done: %s")
        subject = " ".join((subject % kind.name(job)).split())
        values = {
            "user": job.made_by,
            "subject": subject,
            "job": job,
            "name": kind.name(job),
            "said": kind.outcome(job) if is_done else kind.error(job),
            "url": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('jobs')}",
        }
        text = render_to_string("wagtailadmin/notifications/job.txt", values).strip()
        html = render_to_string("wagtailadmin/notifications/job.html", values)
    headers = {"Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(subject, text, to=[job.made_by.email], headers=headers)
    message.attach_alternative(html, "text/html")
    return message
