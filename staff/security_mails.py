"""Notify users by email of changes to how they sign in, so that they can react to an attack.

The email waits in the queue of jobs (ADR 51). The job contains an ID and a word, and an email
address only encrypted.
"""

from smtplib import SMTPException

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from campaigns.workflow import staff_mails
from staff import sealing

TEMPLATES = {
    "subject": "staff/mails/changed_subject.txt",
    "text": "staff/mails/changed.txt",
    "html": "staff/mails/changed.html",
}
SAID = {
    "second_factor_set_up": _("A phone was set up for signing in to your account"),
    "passkey_added": _("A passkey was added to your account"),
    "passkey_removed": _("A passkey was removed from your account"),
    "phone_removed": _("The phone was removed from your account"),
    "backup_codes_replaced": _("New backup codes were created for your account"),
    "email_changed": _("The email address of your account was changed"),
    "sso_created": _("An account was created for you"),
    "sso_linked": _("Your account was linked to your organisation’s sign-in"),
    "sso_unlinked": _("Your account was unlinked from your organisation’s sign-in"),
    "second_factor_reset": _("The second step of your account was reset"),
}


class NotTaken(Exception):
    """The mail server did not accept the email, so the job is retried."""


def tell(user: User, what: str, *, before: str = "") -> None:
    """Queue an email about a change (a key of SAID), to be sent once the change is committed.

    It goes to the email address that the user had `before`, if one is given.
    """
    if before:
        send.defer(user=user.pk, what=what, before=sealing.seal(before.encode()))
    elif user.email:
        send.defer(user=user.pk, what=what)


# The retries last a day and a half, with ever longer waits.
@app.task(
    name="tell of the second factor",
    queue="jobs",
    retry=RetryStrategy(max_attempts=16, wait=60, exponential_wait=2),
)
def send(*, user: int, what: str, before: str = "") -> None:
    """Send the email, unless the user was deleted or deactivated meanwhile. Raises NotTaken."""
    for reader in User.objects.filter(pk=user, is_active=True).exclude(email=""):
        if before:
            reader.email = sealing.opened(before).decode()
        try:
            shown = {"said": SAID[what], "place": "account" if before else "second_factor"}
            is_taken = staff_mails.send(TEMPLATES, shown, [reader])
        except (OSError, SMTPException):
            is_taken = False
        if not is_taken:
            raise NotTaken
