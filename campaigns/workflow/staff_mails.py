"""The look of notices to staff: that of the site's other emails, and in one language.

Wagtail renders the HTML outside the recipient's language, so it would be in that of the worker.
"""

import contextlib
import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

from django.contrib.auth.models import User
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from wagtail.admin import mail
from wagtail.users.models import UserProfile

from campaigns.mail.inline import Mail
from campaigns.mail.refusals import is_perhaps_taken, refused_for_good
from operations.doctor.answers import told

log = logging.getLogger(__name__)


def templates(path: str) -> dict[str, str]:
    """Return the templates of an email, by the names that Wagtail's notifiers give them."""
    return {"subject": f"{path}_subject.txt", "text": f"{path}.txt", "html": f"{path}.html"}


class NotNow(Exception):
    """The mail server has taken none of the emails of a notice, and may take one later."""


def send(template_set: dict[str, str], context: dict[str, Any], recipients: Iterable[User]) -> int:
    """Send an email with text and HTML to each recipient; return how many were accepted.

    Raise NotNow, or Unanswered as `send_all` does.
    """
    messages = composed(template_set, context, recipients)
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:  # such as a server that allows few connections
        log.warning("A notice waits for the mail server: %s", told(error))
        raise NotNow from None
    with connection:
        return send_all(messages, connection)


def send_all(messages: Iterable[EmailMessage], connection: BaseEmailBackend) -> int:
    """Send emails; return how many were accepted. If none was, and one may be later, raise NotNow.

    Raise Unanswered instead if one of them has perhaps been taken.
    """
    errors = [failed(message, connection) for message in messages]
    taken = errors.count(None)
    for_now = [e for e in errors if isinstance(e, OSError) and not refused_for_good(e)]
    if for_now and not taken:
        raise next(filter(is_perhaps_taken, for_now), NotNow())
    return taken


class SiteEmailMixin:
    """A mixin that replaces `send_emails` of Wagtail's EmailNotificationMixin."""

    def send_emails(
        self,
        template_set: dict[str, str],
        context: dict[str, Any],
        recipients: Iterable[User],
        **kwargs: Any,
    ) -> bool:
        found = list(recipients)
        return send(template_set, context, found) == len(found)


def composed(
    template_set: dict[str, str], context: dict[str, Any], recipients: Iterable[User]
) -> list[EmailMultiAlternatives]:
    return [compose(template_set, context, user) for user in recipients]


def failed(message: EmailMessage, connection: BaseEmailBackend) -> Exception | None:
    """Send one email; return the error if it is not taken, so that the others are still sent."""
    try:
        connection.send_messages([message])
    except (OSError, SMTPException, ValueError) as error:  # ValueError: it fits into no header
        log.warning("A notice was not taken: %s", told(error))
        with contextlib.suppress(OSError, SMTPException):
            connection.close()  # After an error, the state of the connection is unknown.
        return error
    return None


def compose(
    template_set: dict[str, str], context: dict[str, Any], user: User
) -> EmailMultiAlternatives:
    """Compose the email in the user's language and time zone, as the CMS is shown to the user.

    Wagtail's templates extend our base template.
    """
    profile = UserProfile.get_for_user(user)
    zone = profile.get_current_time_zone()
    with override(profile.get_preferred_language()), timezone.override(zone):
        subject = " ".join(render_to_string(template_set["subject"], context).split())
        values = {**context, "user": user, "subject": subject}
        text = render_to_string(template_set["text"], values).strip()
        html = render_to_string(template_set["html"], values)
    headers = {"Auto-Submitted": "auto-generated"}
    message = Mail(subject, text, to=[user.email], headers=headers)
    message.attach_alternative(html, "text/html")
    return message


class ToApprove(SiteEmailMixin, mail.GroupApprovalTaskStateSubmissionEmailNotifier):
    pass


class Submitted(SiteEmailMixin, mail.WorkflowStateSubmissionEmailNotifier):
    pass


class Rejected(SiteEmailMixin, mail.WorkflowStateRejectionEmailNotifier):
    pass


class Approved(SiteEmailMixin, mail.WorkflowStateApprovalEmailNotifier):
    pass
