"""Mailboxes that get no more mailings: the owner unsubscribed, or emails do not arrive.

A mailbox is stored as an HMAC, the same for all petitions. Signers who later confirm another
signature, or tick “keep me informed” on their own page, have asked for mailings again, and get
them.
"""

import contextlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, models, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.canonical_emails import normalise
from campaigns.counting import surveys
from campaigns.mailings.mailing import Recipient
from campaigns.signatures.conditions import TYPED_BY_SIGNERS
from campaigns.signatures.email_keys import old_key
from campaigns.signatures.signature import Signature, ids_of_mailbox
from operations import keyring

KEY_LENGTH = 16  # bytes
# All keys of one mailbox; the first is the one with which it is stored now.
Keys = tuple[bytes, ...]


class Reason(models.TextChoices):
    """Why a mailbox gets no mailings."""

    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    COMPLAINED = "complained", _("reported as spam")
    BOUNCED = "bounced", _("emails came back")


WISHES = (Reason.UNSUBSCRIBED, Reason.COMPLAINED)  # of the owner of the mailbox


class SuppressedMailbox(models.Model):
    """A mailbox that gets no more mailings, about any petition."""

    Reason = Reason

    mailbox_key = models.BinaryField(max_length=KEY_LENGTH, unique=True, editable=False)
    old_key = old_key()
    suppressed_at = models.DateTimeField()
    # Other signatures of this mailbox may be ticked and were not checked yet (`unticking`).
    may_be_ticked = models.BooleanField(default=False, db_default=False)
    reason = models.CharField(
        max_length=12, choices=Reason, default=Reason.UNSUBSCRIBED, db_default=Reason.UNSUBSCRIBED
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("mailbox without mailings")
        verbose_name_plural = _("mailboxes without mailings")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=tuple(Reason.values)), name="reason_of_suppression_is_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


def keys_of(email: str, keys: list[str] | None = None) -> Keys:
    """Return the mailbox's HMACs, the same for all petitions, and different from signatures' keys.

    There is only one, except while SIGNATURE_KEY is replaced; `keys` is as for `keyring.digests`.
    """
    message = f"mailings:{normalise(email)}".encode()
    return tuple(digest[:KEY_LENGTH] for digest in keyring.digests(message, keys))


def since(
    mailboxes: Iterable[Keys], *, reasons: Iterable[Reason] = tuple(Reason)
) -> dict[Keys, datetime]:
    """Return when each of these mailboxes was suppressed; other mailboxes are left out."""
    of = {key: keys for keys in mailboxes for key in keys}
    if not of:
        return {}
    # One array: binding a parameter for each of thousands of mailboxes would take longer.
    these = RawSQL("SELECT unnest(%s::bytea[])", [list(of)])
    found = SuppressedMailbox.objects.filter(mailbox_key__in=these, reason__in=reasons)
    rows = found.order_by("suppressed_at").values_list("mailbox_key", "suppressed_at")
    return {of[bytes(key)]: at for key, at in rows}


def settle(model: type[models.Model], keys: Keys) -> bytes:
    """Replace an old key in the row of a mailbox with the current one; return the current key."""
    now, *old = keys
    rows = model._meta.base_manager
    if old and not rows.filter(mailbox_key=now).exists():
        known = rows.filter(mailbox_key__in=old).order_by("pk").first()
        if known:
            rows.filter(pk=known.pk).update(mailbox_key=now, old_key="")
    return now


def holds(suppressed_at: datetime | None, channel: str, proven_at: datetime | None) -> bool:
    """Return whether a suppression applies to a signature of the mailbox.

    Signers who proved their email address afterwards have asked for mailings again. An import does
    not say when a signer asked for them, so it changes nothing.
    """
    if suppressed_at is None:
        return False
    return channel not in TYPED_BY_SIGNERS or proven_at is None or proven_at <= suppressed_at


def reached(signatures: Iterable[Signature]) -> list[Signature]:
    """Return the confirmed signatures to which no suppression applies."""
    keys = keyring.every()
    mailboxes = {each: keys_of(each.email or "", keys) for each in signatures}
    suppressed = since(mailboxes.values())
    return [
        each
        for each, its in mailboxes.items()
        if each.confirmed_at and not holds(suppressed.get(its), each.channel, each.proven_at)
    ]


def suppress(
    keys: Keys, *, signature: Signature | None, reason: Reason = Reason.UNSUBSCRIBED
) -> bool:
    """Send no more mailings to a mailbox; return whether this is new.

    It is new where nothing has ended them before; a wish also where only bounces have.

    If its owner wants this, “keep me informed” is unticked in all signatures of the mailbox, so
    that each signer's own page shows it: at once if `signature` belongs to the mailbox, and
    otherwise by the worker. It is also left to the worker while somebody holds one of the
    signatures: a mail program sends the wish only once, so it is committed without them. Bounces
    never remove a consent, nor do they replace a wish that still applies.
    """
    if signature and signature.email:
        forget_outdated(signature.email)
    is_wish = reason in WISHES
    is_known = bool(signature and signature.email and set(keys) & set(keys_of(signature.email)))
    values = {"suppressed_at": timezone.now(), "reason": reason, "may_be_ticked": is_wish}
    # The link of a deleted signature does not say with which key it was made.
    is_unclear = keyring.is_rotating() and len(keys) == 1
    old = keyring.fingerprint(keyring.every()[1]) if is_unclear else ""
    with transaction.atomic():
        key = settle(SuppressedMailbox, keys)
        _row, is_new = SuppressedMailbox.objects.get_or_create(
            mailbox_key=key, defaults={**values, "old_key": old}
        )
        rows = SuppressedMailbox.objects.filter(mailbox_key=key)
        had_bounced = not is_new and bool(rows.filter(reason=Reason.BOUNCED).update(**values))
        if is_wish and not is_new and not had_bounced:
            rows.update(**values)
    if is_wish and signature and is_known:
        with contextlib.suppress(OperationalError), transaction.atomic():
            untick(of_mailbox(signature), nowait=True)
            rows.update(may_be_ticked=False)
    return is_new or (is_wish and had_bounced)


def untick(signatures: models.QuerySet[Signature], *, nowait: bool = False) -> None:
    """Untick “keep me informed” in these signatures.

    They are locked in the order of their keys, as everywhere. Must be called in a transaction.
    """
    rows = signatures.filter(updates=True).order_by("pk")
    rows = rows.select_for_update(no_key=True, nowait=nowait)
    ticked = Signature.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    surveys.note_all(ticked)
    ticked.update(updates=False)


def look_again(since: datetime) -> None:
    """Have the worker untick what mailboxes signed whose owner has ended mailings since then."""
    SuppressedMailbox.objects.filter(suppressed_at__gte=since, reason__in=WISHES).update(
        may_be_ticked=True
    )


def forget_outdated(email: str) -> None:
    """Delete the row of a mailbox that has asked for mailings again since, as `holds` defines."""
    row = of(email)
    if row and asking_anew(signed_with(email), row).exists():
        row.delete()


def asking_anew(
    signatures: models.QuerySet[Signature], row: SuppressedMailbox
) -> models.QuerySet[Signature]:
    """Return those of a mailbox's ticked signatures to which its suppression does not apply."""
    later = {"channel__in": TYPED_BY_SIGNERS, "proven_at__gt": row.suppressed_at}
    return signatures.filter(updates=True, **later)


def of_mailbox(signature: Signature) -> models.QuerySet[Signature]:
    """Return all signatures of a signature's mailbox, for all petitions."""
    return signed_with(signature.email or "") | Signature.objects.same_owner(signature)


def signed_with(email: str) -> models.QuerySet[Signature]:
    """Return all signatures of a mailbox, for all petitions."""
    return Signature.objects.filter(pk__in=ids_of_mailbox(normalise(email)))


def skip_second_mails(key: UUID, email: str) -> None:
    """Delete the emails of mailings that are due to a signature, if the mailbox may get its own."""
    if signed_with(email).exclude(pk=key).exists():
        Recipient.objects.filter(signature=key, started_at=None).delete()


def was_left(keys: Keys, signature: Signature) -> bool:
    """Return whether a mailbox of an email is no longer that of its signature: it was changed."""
    now = keys_of(signature.email or "")
    return bool(signature.link_key and signature.email) and not set(keys) & set(now)


def lift(signature: Signature, *, is_new: bool) -> None:
    """Allow mailings again to the mailbox of a signer who has saved “keep me informed” as ticked.

    Only a new tick ends a wish of the mailbox's owner.
    """
    if signature.email:
        rows = SuppressedMailbox.objects.filter(mailbox_key__in=keys_of(signature.email))
        rows.filter(reason__in=tuple(Reason) if is_new else (Reason.BOUNCED,)).delete()


def of(email: str) -> SuppressedMailbox | None:
    return SuppressedMailbox.objects.filter(mailbox_key__in=keys_of(email)).first()


def has_wish(signature: Signature) -> bool:
    """Return whether the owner of the signature's mailbox has ended mailings."""
    row = of(signature.email or "")
    return row is not None and row.reason in WISHES


def bounced(email: str) -> models.QuerySet[SuppressedMailbox]:
    """Return the row of a mailbox whose emails bounced, unless its owner wants no mailings."""
    rows = SuppressedMailbox.objects.filter(mailbox_key__in=keys_of(email))
    return rows.filter(reason=Reason.BOUNCED)
