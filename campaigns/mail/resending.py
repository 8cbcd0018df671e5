"""Resends confirmation emails to many signers at a limited rate, which can be cancelled.

They contain the same links as the first email. Each signature gets one email, unless it had one
within a day.
"""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.mail import bulk_outbox
from campaigns.mail.outbox import ALLOWANCE, OutgoingMail, is_stopped
from campaigns.mail.reminders import REMIND_BEFORE, asking, was_asked_after
from campaigns.moderation import screening
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import UNCONFIRMED_FOR
from campaigns.signatures.signature import Signature

# Emails a second, which leaves room for the emails to new signers.
PACE = 5
# The minimum time between two emails to the same signer.
APART = timedelta(days=1)

Outcome = OutgoingMail.Outcome


class Resending(models.Model):
    """One act of staff: confirmation emails that were put into the outbox for many signatures.

    It can be cancelled as long as some of the emails have not been sent.
    """

    made_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(_("cancelled"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    tallies = models.ManyToManyField(Tally, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("confirmation emails sent again")
        verbose_name_plural = _("confirmation emails sent again")

    def __str__(self) -> str:
        return str(self.pk)


class ResentMails(models.Model):
    """Some of the emails of a resending, and the signatures that they are about, by primary key."""

    resending = models.ForeignKey(Resending, on_delete=models.CASCADE, related_name="batches")
    mails = ArrayField(models.BigIntegerField())
    signatures = ArrayField(models.UUIDField())

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.pk)


def resendable(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Return the signatures whose signers may get the confirmation email again.

    They have not confirmed, still can, and are due no other email. Excluded are signatures that
    were quarantined for what was typed, those of petitions that have been won, mailboxes that have
    stopped all emails, and those whose mail server refused one. On the last day before a signature
    is deleted, an email would come too late.
    """
    now = timezone.now()
    mails = OutgoingMail.objects.filter(signature=OuterRef("pk"))
    in_the_way = Q(outcome__in=(Outcome.OWED, Outcome.REFUSED, Outcome.WAITING)) | Q(
        due_at__gt=now - APART
    )
    is_mailed = Q(moderation=Signature.Moderation.NONE) | Q(
        moderation=Signature.Moderation.QUARANTINED, moderation_reason__in=screening.MAILED
    )
    return (
        signatures.filter(is_mailed, confirmed_at=None, anonymised_at=None)
        .filter(email__isnull=False, tally__in=list(asking().values_list("pk", flat=True)))
        .filter(was_asked_after(now - REMIND_BEFORE))
        .exclude(Exists(mails.filter(in_the_way)))
        .exclude(is_stopped())
        .alias(so_far=bulk_outbox.mails_to_mailbox())
        .filter(so_far__lt=ALLOWANCE)
    )


def begin(*, by: User | None) -> Resending:
    return Resending.objects.create(made_by=by)


def resend(resending: Resending, keys: list[UUID], *, already: int) -> dict[int, int]:
    """Put one batch of emails into the outbox; return their number by tally (primary key).

    `already` is how many emails the same act has added before; these follow them at the pace. Must
    be called in a transaction.
    """
    locked = Signature.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    rows = resendable(Signature.objects.filter(pk__in=list(locked.values_list("pk", flat=True))))
    mails = bulk_outbox.owe(
        rows.annotate(mails_so_far=bulk_outbox.mails_to_mailbox()).order_by("pk"),
        OutgoingMail.Kind.CONFIRM,
        due_at=lambda number: resending.made_at + timedelta(seconds=(already + number) / PACE),
    )
    if mails:
        resending.batches.create(
            mails=[mail.pk for mail in mails], signatures=[mail.signature_id for mail in mails]
        )
    return dict(Counter(mail.signature.tally_id for mail in mails))


def about(tallies: QuerySet[Tally]) -> QuerySet[Resending]:
    """Return the resendings about signatures of these tallies only."""
    own = Resending.tallies.through.objects.filter(resending=OuterRef("pk"))
    return Resending.objects.filter(Exists(own), ~Exists(own.exclude(tally__in=tallies)))


def unsent(resending: Resending) -> QuerySet[OutgoingMail]:
    """Return the emails of a resending that have neither been sent nor are being sent."""
    keys = [key for mails in resending.batches.values_list("mails", flat=True) for key in mails]
    return OutgoingMail.objects.filter(
        pk__in=keys, kind=OutgoingMail.Kind.CONFIRM, outcome=Outcome.OWED, attempts=0
    )


def asks_in_vain() -> Q:
    """Return the condition that an email asks once more about a petition that no longer does so.

    Reminders and the emails of a resending may wait for hours.
    """
    resent = ResentMails.objects.filter(mails__contains=[OuterRef("pk")])
    again = Q(kind=OutgoingMail.Kind.REMINDER) | Q(Exists(resent))
    return Q(~Exists(asking().filter(pk=OuterRef("signature__tally")))) & again


def undo(resending: Resending, *, by: User | None) -> dict[int, int]:
    """Cancel the emails that have not been sent; return their number by tally."""
    with transaction.atomic():
        fresh = Resending.objects.filter(pk=resending.pk, undone_at=None)
        if not fresh.update(undone_at=timezone.now(), undone_by=by):
            return {}
        # The worker may claim emails at the same time; it skips the emails that are locked here.
        mails = unsent(resending).select_for_update(of=("self",), skip_locked=True)
        found = list(mails.values_list("pk", "signature__tally"))
        OutgoingMail.objects.filter(pk__in=[key for key, _tally in found]).delete()
        return dict(Counter(tally for _key, tally in found))


def outdated() -> QuerySet[Resending]:
    """Return the resendings whose emails have long been sent, so that nothing is left to cancel."""
    # By then, most of their signatures are deleted or confirmed.
    return Resending.objects.filter(made_at__lt=timezone.now() - UNCONFIRMED_FOR)


def delete(keys: list[int]) -> int:
    return Resending.objects.filter(pk__in=keys).delete()[0]
