"""Notices about a mailing: to those who may approve or resume it, and to its writers.

The worker sends them. Users can opt out on their account page, where Wagtail asks about pages.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from wagtail.users.models import UserProfile

from campaigns.mailings.mailing import Mailing, MailingNotice, NoticeKind, State
from campaigns.trends import readers
from campaigns.workflow import notifying, staff_mails

TEMPLATES = staff_mails.templates("campaigns/staff/mailing")


# The setting of Wagtail for each kind, and the states in which a notice is still valid. Nobody can
# opt out of the notice that a mailing was paused.
CHOICES = {
    NoticeKind.SUBMITTED: "submitted_notifications",
    NoticeKind.APPROVED: "approved_notifications",
    NoticeKind.BACK: "rejected_notifications",
    NoticeKind.SENT: "approved_notifications",
}
STATES = {
    NoticeKind.SUBMITTED: {State.WAITING},
    NoticeKind.APPROVED: {State.APPROVED, State.SENDING, State.PAUSED, State.SENT},
    NoticeKind.BACK: {State.DRAFT},
    NoticeKind.SENT: {State.SENT},
    NoticeKind.PAUSED: {State.PAUSED},
}


def owe(mailing: Mailing, kind: NoticeKind, *, by: User | None = None) -> None:
    """Make a notice due. Call it in the transaction of the event.

    The notice about an earlier pause may still wait for the mail server.
    """
    if kind == NoticeKind.PAUSED:
        MailingNotice.objects.filter(mailing=mailing, kind=kind).delete()
    MailingNotice.objects.create(mailing=mailing, kind=kind, acted_by=by)


def send_due() -> float | None:
    """Send one notice; return the seconds until the next, as `operations.rounds.Round` requires."""
    return notifying.send_due(MailingNotice.objects.select_related("mailing", "acted_by"), compose)


def compose(notice: MailingNotice) -> staff_mails.Content | None:
    """Return what a notice says, if it is still valid.

    If the mail server refuses the emails about a paused mailing, they are sent again: that is why
    it was paused, and the server may accept them tomorrow.
    """
    if notice.mailing.state not in STATES[NoticeKind(notice.kind)]:
        return None
    by = notice.acted_by
    context: dict[str, Any] = {
        "mailing": notice.mailing,
        "kind": notice.kind,
        "by": (by.get_full_name() or by.get_username()) if by else "",
        "numbers": notice.mailing.numbers,
    }
    must_arrive = notice.kind == NoticeKind.PAUSED
    return staff_mails.Content(TEMPLATES, context, recipients(notice), must_arrive)


def recipients(notice: MailingNotice) -> list[User]:
    """Return the approvers or the writers who want the email, except for the user who acted.

    A writer may have lost the right to see the mailing.
    """
    found = mailers(notice.mailing)
    if notice.kind == NoticeKind.SUBMITTED:
        found = approvers(notice.mailing)
    elif notice.kind != NoticeKind.PAUSED:
        found = found.filter(pk__in=notice.mailing.writers.values("pk"))
    users = [user for user in found.order_by("pk") if user.pk != notice.acted_by_id]
    choice = CHOICES.get(NoticeKind(notice.kind))
    return [u for u in users if not choice or getattr(UserProfile.get_for_user(u), choice)]


def approvers(mailing: Mailing) -> QuerySet[User]:
    """Return the users with an email address who may approve a mailing: its writers may not."""
    return mailers(mailing).exclude(pk__in=mailing.writers.values("pk"))


def mailers(mailing: Mailing) -> QuerySet[User]:
    """Return the users with an email address who may write to all signers of a mailing.

    Only they see it in the CMS; nobody does if its petitions were deleted.
    """
    tallies = mailing.tallies.select_related("petition__collection")
    found = User.objects.all() if tallies else User.objects.none()
    for tally in tallies:
        found = found.filter(pk__in=readers.mailers(tally.petition).values("pk"))
    return found
