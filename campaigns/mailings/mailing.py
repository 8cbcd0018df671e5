"""Mailings: what staff write to those signers who want to be kept informed.

A mailing is frozen when somebody submits it: from then on its row contains the email as text and
HTML, and a database trigger refuses changes. So exactly what was approved is sent.
"""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField
from wagtail.fields import StreamField

from campaigns.blocks.story import MailingBlock

LONGEST_SUBJECT, LONGEST_PREHEADER = 120, 150
# After the mail server has refused the emails to this many recipients in a row, a mailing pauses.
MOST_REFUSED = 20
# It also pauses once the server has not answered to so many in a row: they have perhaps got it, and
# are lost otherwise.
MOST_UNANSWERED = 5
# Why the worker has paused a mailing, by what is stored as the attempts of some of those who still
# wait, until it is resumed.
UNANSWERED, REFUSED = 1000, 2000
WHY_PAUSED = {UNANSWERED: "unanswered", REFUSED: "refused"}


class State(models.TextChoices):
    """The state of a mailing; `mailing_actions` and `sending` make the transitions."""

    DRAFT = "draft", _("draft")
    WAITING = "waiting", _("waits for approval")
    APPROVED = "approved", pgettext_lazy("state of a mailing", "approved")
    SENDING = "sending", _("being sent")
    PAUSED = "paused", pgettext_lazy("state of a mailing", "paused")
    STOPPED = "stopped", _("stopped")
    SENT = "sent", pgettext_lazy("state of a mailing", "sent")


class Mailing(models.Model):
    """One email to many signers, in one language."""

    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    preheader = models.CharField(
        _("preview text"),
        max_length=LONGEST_PREHEADER,
        blank=True,
        help_text=_("Most mail programs show it beside the subject in the list of emails."),
    )
    body = StreamField(MailingBlock(), verbose_name=_("text"))
    fallback = models.CharField(
        _("in place of a missing first name"),
        max_length=60,
        blank=True,
        help_text=_(
            "{name} in the text becomes the signer’s first name, or what you type here, such as "
            "“friend”, where we cannot tell the first name."
        ),
    )
    tallies = models.ManyToManyField(
        "campaigns.Tally", verbose_name=_("signers of"), related_name="+"
    )
    language = models.CharField(_("language"), max_length=12)
    reaches_all_languages = models.BooleanField(
        _("also those who signed in another language"), default=False
    )
    countries = CountryField(
        _("only from these countries"), multiple=True, blank=True, max_length=1000
    )
    signed_since = models.DateField(_("only who signed since"), null=True, blank=True)
    send_at = models.DateTimeField(
        _("send at"),
        null=True,
        blank=True,
        help_text=_("If empty, it is sent as soon as it is approved."),
    )

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    # Everybody who has saved it: they cannot approve it.
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    # The email as it was submitted, with placeholders for what differs between signers.
    text = models.TextField(blank=True, editable=False)
    html = models.TextField(blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # The number of mailboxes it was addressed to when sending began.
    addressed = models.PositiveIntegerField(null=True, editable=False)
    began_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("mailing to signers")
        verbose_name_plural = _("mailings to signers")
        default_permissions = ()  # permissions are in `campaigns.cms.mailings.rights`
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=tuple(State.values)), name="state_of_a_mailing_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "waiting")) | Q(approved_at__isnull=False),
                name="no_mailing_leaves_without_approval",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def language_name(self) -> str:
        return str(dict(settings.WAGTAIL_CONTENT_LANGUAGES).get(self.language, self.language))

    @property
    def stamp(self) -> str:
        """A hash of all editable content: it changes if somebody else saves the mailing."""
        fields = (each for each in self._meta.concrete_fields if each.editable)
        typed: list[object] = [
            field.value_to_string(self) for field in fields if field.name != "state"
        ]
        typed += sorted(tally.pk for tally in self.tallies.all())
        return hashlib.sha256(json.dumps(typed).encode()).hexdigest()

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_under_way(self) -> bool:
        """Whether it is submitted, and emails of it may still be sent."""
        return self.state not in (State.DRAFT, State.STOPPED, State.SENT)

    @property
    def live(self) -> bool:
        """Whether it was approved or sent, by the name that Wagtail's pages have for it."""
        return self.state not in (State.DRAFT, State.WAITING)

    @property
    def why_paused(self) -> str:
        """Why the worker has paused it: "refused" or "unanswered"; "" if it has not."""
        if self.state != State.PAUSED:
            return ""
        marks = self.recipients.filter(attempts__in=WHY_PAUSED).values_list("attempts", flat=True)
        return WHY_PAUSED.get(marks.first() or 0, "")

    @property
    def numbers(self) -> dict[str, int]:
        """The number of emails with each outcome, including zeros."""
        return dict.fromkeys(Outcome.values, 0) | dict(self.counts.values_list("outcome", "number"))


class Outcome(models.TextChoices):
    """The outcome of an email of a mailing."""

    SENT = "sent", _("sent")
    REFUSED = "refused", _("refused by the mail server")
    # The worker or the connection failed while the email was handed over. It is not sent again.
    UNCLEAR = "unclear", _("perhaps sent")
    STOPPED = "stopped", _("not sent, since the mailing was stopped")
    UNSUBSCRIBED = "unsub", _("unsubscribed")
    # Outcomes of emails that were sent first.
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "spam", _("reported as spam")


class MailingCount(models.Model):
    """How many emails of a mailing had one outcome. Their recipients are not stored."""

    mailing = models.ForeignKey(
        Mailing, on_delete=models.CASCADE, related_name="counts", db_index=False
    )
    outcome = models.CharField(max_length=8, choices=Outcome)
    number = models.PositiveIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "outcome"], name="one_count_an_outcome_of_a_mailing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id} {self.outcome}"


class Recipient(models.Model):
    """A signer who is still to get a mailing. The row is deleted as soon as the email is sent.

    `started_at` is stored before the email is handed over, so that nobody gets it twice: a row that
    was started is never started again, unless the mail server said that it did not accept the
    email.
    """

    mailing = models.ForeignKey(
        Mailing, on_delete=models.CASCADE, related_name="recipients", db_index=False
    )
    signature = models.ForeignKey(
        "campaigns.Signature",
        on_delete=models.CASCADE,
        # Not hidden, so that anonymising a signature deletes these rows, too.
        related_name="mailings_due",
        db_index=False,
    )
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_unwritten = models.BooleanField(default=False, db_default=False)  # by an error of our code

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["signature", "mailing"], name="one_mail_of_a_mailing_a_signature"
            )
        ]
        indexes = [
            models.Index(fields=["mailing", "id"], name="recipients_of_a_mailing"),
            models.Index(
                fields=["started_at"],
                name="started_recipients",
                condition=Q(started_at__isnull=False),
            ),
            models.Index(
                fields=["mailing"], name="unwritten_recipients", condition=Q(is_unwritten=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class NoticeKind(models.TextChoices):
    """The events of a mailing about which staff are notified."""

    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    BACK = "back", _("returned to draft")
    SENT = "sent", _("sent")
    PAUSED = "paused", _("paused")


class MailingNotice(models.Model):
    """An email to staff about a mailing that is due; the row is deleted once it is sent."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=NoticeKind)
    # The user who pressed the button, and needs no email about it; None for the worker.
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Of an attempt that is not over: what the mail server said about the email to each user.
    answers = models.JSONField(default=dict)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.pk)


class Pace(models.Model):
    """A single row: when the next email of a mailing may be sent, shared by all workers."""

    next_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.next_at)


def add(mailing: int, outcome: Outcome, number: int = 1) -> None:
    """Add a number to a mailing's count of an outcome."""
    from_none: dict[str, Any] = {"mailing_id": mailing, "outcome": outcome}
    MailingCount.objects.get_or_create(**from_none)
    MailingCount.objects.filter(**from_none).update(number=models.F("number") + number)


def give_up(stopped: int) -> None:
    """Count the waiting recipients of a stopped mailing, and delete them."""
    unsent = Recipient.objects.filter(mailing=stopped, started_at=None)
    add(stopped, Outcome.STOPPED, unsent.delete()[0])
