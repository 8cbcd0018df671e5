"""The look of notices to staff: that of the site's other emails, and in one language.

Wagtail renders the HTML outside the recipient's language, so it would be in that of the worker.
"""

import contextlib
import logging
import time
from collections.abc import Iterable
from enum import StrEnum
from smtplib import SMTPException
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.admin import mail
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.users.models import UserProfile

from campaigns.mail.inline import Mail
from campaigns.mail.refusals import is_perhaps_taken, refused_for_good
from operations.doctor.answers import told

log = logging.getLogger(__name__)

LONGEST = 60.0  # seconds in which the emails of a notice are sent without a break


def templates(path: str) -> dict[str, str]:
    """Return the templates of an email, by the names that Wagtail's notifiers give them."""
    return {"subject": f"{path}_subject.txt", "text": f"{path}.txt", "html": f"{path}.html"}


class Content(NamedTuple):
    """What a notice says, and to whom. It may have to be sent until somebody gets it."""

    template_set: dict[str, str]
    context: dict[str, Any]
    recipients: Iterable[User]
    must_arrive: bool = False


class Answer(StrEnum):
    """What the mail server said to an email: it may take it later, or has perhaps taken it."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"
    NONE = "none"


def send_some(content: Content, connection: BaseEmailBackend, answers: dict[str, str]) -> bool:
    """Send emails to those for whom `answers` has none yet; return whether all have one now.

    It ends with an email that is not answered, and after `LONGEST`: one slow email after another
    would make the worker appear to hang.
    """
    left = [user for user in content.recipients if str(user.pk) not in answers]
    messages = [compose(content.template_set, content.context, user) for user in left]
    until = time.monotonic() + LONGEST
    for user, message in zip(left, messages, strict=True):
        answer = answers[str(user.pk)] = answer_of(failed(message, connection))
        if answer == Answer.NONE or time.monotonic() >= until:
            break
    return all(str(user.pk) in answers for user in left)


def answer_of(error: Exception | None) -> Answer:
    if error is None:
        return Answer.TAKEN
    if is_perhaps_taken(error):
        return Answer.NONE
    is_for_now = isinstance(error, OSError) and not refused_for_good(error)
    return Answer.LATER if is_for_now else Answer.REFUSED


class SiteEmailMixin:
    """A mixin that replaces `send_emails` of Wagtail's EmailNotificationMixin: it sends nothing."""

    def send_emails(
        self,
        template_set: dict[str, str],
        context: dict[str, Any],
        recipients: Iterable[User],
        **kwargs: Any,
    ) -> Content:
        return Content(template_set, context, recipients)


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


class ApprovalMixin(SiteEmailMixin):
    """A mixin with an email of our own: Wagtail's names nobody, and calls a request a rejection."""

    def get_template_set(self, instance: object, **kwargs: Any) -> dict[str, str]:
        return templates("campaigns/staff/approval")


def about(state: WorkflowState, by: User | None) -> dict[str, Any]:
    subject = state.content_object
    return {"object": subject, "by": by, "path": AdminURLFinder().get_edit_url(subject)}


class ToApprove(ApprovalMixin, mail.GroupApprovalTaskStateSubmissionEmailNotifier):
    def get_context(  # type: ignore[override]  # Wagtail's own classes differ
        self, task_state: TaskState, **kwargs: Any
    ) -> dict[str, Any]:
        state: Any = task_state.workflow_state
        subject, name = state.content_object, "wagtailadmin_pages:workflow_preview"
        if not isinstance(subject, Page):
            name = subject.snippet_viewset.get_url_name("workflow_preview")
        preview = reverse(name, args=[subject.pk, task_state.task_id])
        return {**about(state, state.requested_by), "kind": "task", "preview": preview}


class Submitted(SiteEmailMixin, mail.WorkflowStateSubmissionEmailNotifier):
    def can_handle(self, instance: WorkflowState, **kwargs: Any) -> bool:
        """Return whether administrators get no email about the first task (`ToApprove`)."""
        return not ToApprove().can_handle(instance.current_task_state)


class Rejected(ApprovalMixin, mail.WorkflowStateRejectionEmailNotifier):
    def get_context(  # type: ignore[override]  # Wagtail's own classes differ
        self, workflow_state: WorkflowState, *, asked: Any, **kwargs: Any
    ) -> dict[str, Any]:
        comment = asked.specific.get_comment()
        return {**about(workflow_state, asked.finished_by), "kind": "rejected", "comment": comment}


class Approved(SiteEmailMixin, mail.WorkflowStateApprovalEmailNotifier):
    pass
