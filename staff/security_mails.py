"""Notify users by email of changes to how they sign in, so that they can react to an attack.

The links for a forgotten password are sent from here, too. The emails wait in the queue of jobs
(ADR 51). A job contains an ID and a word, and an email address only encrypted.
"""

from smtplib import SMTPException

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from wagtail.users.models import UserProfile

from campaigns.mail.refusals import is_perhaps_taken
from campaigns.workflow import staff_mails
from staff import sealing

TEMPLATES = staff_mails.templates("staff/mails/changed")
SAID = {
    "second_factor_set_up": _("A phone was set up for signing in to your account"),
    "passkey_added": _("A passkey was added to your account"),
    "passkey_removed": _("A passkey was removed from your account"),
    "phone_removed": _("The phone was removed from your account"),
    "backup_codes_replaced": _("New backup codes were created for your account"),
    "email_changed": _("The email address of your account was changed"),
    "password_changed": _("The password of your account was changed"),
    "rights_changed": _("The permissions of your account were changed"),
    "renamed": _("The user name of your account was changed"),
    "sso_created": _("An account was created for you"),
    "sso_linked": _("Your account was linked to your organisation’s sign-in"),
    "sso_unlinked": _("Your account was unlinked from your organisation’s sign-in"),
    "second_factor_reset": _("The second step of your account was reset"),
}
# These emails lead to the page of the second factor, and the others to that of the account.
OF_THE_SECOND_FACTOR = {
    *("second_factor_set_up", "second_factor_reset", "backup_codes_replaced"),
    *("passkey_added", "passkey_removed", "phone_removed"),
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
RETRY = RetryStrategy(max_attempts=16, wait=60, exponential_wait=2)


@app.task(name="tell of the second factor", queue="jobs", retry=RETRY)
def send(*, user: int, what: str, before: str = "") -> None:
    """Send the email, unless the user was deleted or deactivated meanwhile. Raises NotTaken."""
    for reader in User.objects.filter(pk=user, is_active=True).exclude(email=""):
        if before:
            reader.email = sealing.opened(before).decode()
        place = "second_factor" if what in OF_THE_SECOND_FACTOR else "account"
        if not reader.has_perm("wagtailadmin.access_admin"):  # neither page is for this user
            place = ""
        shown = {"said": SAID[what], "place": place}
        hand_over(staff_mails.compose(TEMPLATES, shown, reader))


def hand_over(message: EmailMessage) -> None:
    """Send an email now. Raises NotTaken."""
    try:
        with get_connection() as connection:
            error = staff_mails.failed(message, connection)
            # Perhaps taken counts as taken: there would be too many copies within RETRY.
            is_taken = error is None or is_perhaps_taken(error)
    except (OSError, SMTPException):
        is_taken = False
    if not is_taken:
        raise NotTaken


# --- forgotten passwords ---


def send_password_link(email: str) -> None:
    """Queue a link for a new password, to be sent if this is the email address of a user.

    The queue gets a job in any case, so that the time of the response tells nothing about that.
    """
    send_links.defer(address=sealing.seal(email.encode()))


# Anybody can ask for a link, and would otherwise fill a mailbox and use up the mail server's quota.
MOST_LINKS, LINKS_COUNTED_FOR = 5, 60 * 60


@app.task(name="send a link for a new password", queue="jobs", retry=RETRY)
def send_links(*, address: str) -> None:
    """Send a link to each active user with this email address and a password. Raises NotTaken.

    A user gets at most MOST_LINKS within an hour; the process that runs the jobs counts them.
    """
    for user in PasswordResetForm().get_users(sealing.opened(address).decode()):
        key = f"password-links:{user.pk}"
        links = cache.get(key, 0)
        if links < MOST_LINKS:
            hand_over(with_link(user))
            cache.set(key, links + 1, LINKS_COUNTED_FOR)


def with_link(user: User) -> EmailMessage:
    """Compose Wagtail's email in the user's language. The link is valid from now on."""
    path = "wagtailadmin/account/password_reset"
    context = {
        "user": user,
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    with override(UserProfile.get_for_user(user).get_preferred_language()):
        subject = render_to_string(f"{path}/email_subject.txt").strip()
        text = render_to_string(f"{path}/email.txt", context).strip()
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, text, to=[user.email], headers=headers)
