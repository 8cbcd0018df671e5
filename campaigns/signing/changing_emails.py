"""Change a signer's email address: it is requested, and takes effect once its mailbox confirms."""

import secrets
from datetime import timedelta

import psycopg
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from wagtail.log_actions import log

from campaigns.canonical_emails import normalise
from campaigns.counting import surveys
from campaigns.mail import new_emails
from campaigns.mail.new_emails import NewEmail
from campaigns.mail.outbox import OutgoingMail
from campaigns.mailings import suppression
from campaigns.moderation import remembered_decisions, screening
from campaigns.moderation.decisions import Decision
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.rekeying import mailboxes
from campaigns.signatures import tokens
from campaigns.signatures.daily_keys import daily_hash
from campaigns.signatures.signature import Signature
from campaigns.signing import assisting, typed_digest
from campaigns.signing.signing import BadLink

# How many new email addresses a signer may request in a day: each request sends an email to a
# mailbox that may be somebody else's.
MOST_ASKED = 3

Kind = OutgoingMail.Kind


class AskedTooOften(Exception):
    """The signer has requested too many new email addresses within a day."""


class NotPossible(Exception):
    """The signature is not confirmed yet, or its signer has stopped all emails."""


class Changed(Exception):
    """The signature says something else than what the owner of the new mailbox has read."""


class EmailTaken(Exception):
    """The new mailbox has signed the petition already; nothing was changed."""

    def __init__(self, signature: Signature) -> None:
        super().__init__()
        self.signature = signature


def is_possible(signature: Signature) -> bool:
    """Return whether the email address can be changed.

    Signers who have not confirmed yet can simply sign again.
    """
    return signature.confirmed_at is not None and not assisting.is_stopped(signature)


def ask(signature: Signature, *, email: str) -> None:
    """Send an email to the new mailbox, and notify the old one; change nothing else yet.

    The effect is the same whether the new mailbox has signed already or not, so that it does not
    reveal who has signed. Raises BadLink, NotPossible and AskedTooOften.
    """
    now, mailbox = timezone.now(), normalise(email)
    with transaction.atomic():
        key = mailboxes.settle(signature.tally_id, mailbox)
        row = Signature.objects.select_for_update().same_owner(signature).first()
        if row is None:
            raise BadLink
        if not is_possible(row):
            raise NotPossible
        asked = row.mails.filter(kind=Kind.OLD_EMAIL, due_at__gt=now - timedelta(days=1))
        if asked.count() >= MOST_ASKED:
            raise AskedTooOften
        NewEmail.objects.update_or_create(
            signature=row,
            defaults={
                "email": email,
                "email_key": key,
                "key": secrets.token_bytes(new_emails.KEY_LENGTH),
                "asked_at": now,
            },
        )
        # An unsent email of an earlier request would now go to the new mailbox, although it was
        # counted against the allowance of the mailbox requested before.
        row.mails.filter(kind=Kind.NEW_EMAIL, outcome="", leased_until=None).delete()
        OutgoingMail.objects.create(signature=row, kind=Kind.OLD_EMAIL, due_at=now)
        OutgoingMail.objects.create(
            signature=row,
            kind=Kind.NEW_EMAIL,
            due_at=now + timedelta(milliseconds=1),  # after OLD_EMAIL (`new_emails.is_early`)
            recipient_key=daily_hash("recipient", mailbox, now.date()),
        )


def cancel(signature: Signature) -> None:
    """Keep the email address as it is: the link sent to the new mailbox stops working.

    Raises BadLink.
    """
    with transaction.atomic():
        if Signature.objects.select_for_update().same_owner(signature).first() is None:
            raise BadLink
        NewEmail.objects.filter(signature=signature).delete()


def find(token: str) -> tuple[Signature, NewEmail | None]:
    """Return the signature of a link sent to a new mailbox, and its new email address.

    The latter is None if the email address has been changed already. Raises BadLink.
    """
    try:
        pk, key = tokens.read("email", token)
    except tokens.BadToken:
        raise BadLink from None
    signature = Signature.objects.select_related("tally__petition").filter(pk=pk).first()
    if signature is None or not key:
        raise BadLink
    if bytes(signature.link_key or b"") == key:
        return signature, None
    new = new_emails.waiting().filter(signature=signature, key=key).first()
    if new is None:
        raise BadLink
    return signature, new


def change(token: str, *, seen: str) -> Signature:
    """Give the signature its new email address; return the signature. Repeating it is harmless.

    `seen` is the `typed_digest.of` what the owner of the new mailbox has read.

    Links in emails to the old mailbox stop working. If the new mailbox has unsubscribed, “keep me
    informed” is unticked. Raises BadLink, Changed and EmailTaken.
    """
    with transaction.atomic():
        found, waiting = find(token)
        if waiting:
            mailboxes.settle(found.tally_id, normalise(waiting.email))
        # Not the tally, which whoever signs locks before the signature.
        rows = Signature.objects.select_for_update(of=("self",)).select_related("tally")
        row = rows.filter(pk=found.pk).first()
        if row is None:
            raise BadLink
        mailboxes.settle_own(row)
        signature, new = find(token)  # read again, now that the row is locked
        if new is None:
            return signature
        if seen != typed_digest.of(signature):
            raise Changed
        slot = free_slot(row, new)
        if slot is None:
            raise EmailTaken(signature)
        if row.moderation:
            remembered_decisions.remember(row)  # or its old mailbox could sign again, and count
        moderation, reason = moderation_of(row, new)
        suppression.skip_second_mails(row.pk, new.email)
        is_unticked = row.updates and has_unsubscribed(new.email)
        if is_unticked:
            surveys.note({row.tally_id: 1})
        try:
            with transaction.atomic():
                Signature.objects.filter(pk=row.pk).update(
                    email=new.email,
                    email_key=new.email_key,
                    household_slot=slot,
                    moderation=moderation,
                    moderation_reason=reason,
                    link_key=new.key,
                    proven_at=Now(),
                    updates=row.updates and not is_unticked,
                    typed_digest=typed_digest_of(row),
                )
        except IntegrityError as error:
            if isinstance(error.__cause__, psycopg.errors.UniqueViolation):
                raise EmailTaken(signature) from None  # it has just signed
            raise
        new.delete()
        # For the history that staff read. The log is permanent, so it contains neither email
        # address.
        log(row, "signature.change_email")
    return Signature.objects.select_related("tally__petition").get(pk=row.pk)


def has_unsubscribed(email: str) -> bool:
    """Return whether the owner of a mailbox wants no mailings: proving it is no new consent."""
    suppression.forget_outdated(email)
    found = suppression.of(email)
    return found is not None and found.reason in suppression.WISHES


def typed_digest_of(signature: Signature) -> bytes | None:
    """Return a random digest, which invalidates all earlier links to confirm.

    A signature that is retained for mailings alone has no digest.
    """
    is_left = signature.for_mailings_since is None
    return secrets.token_bytes(new_emails.KEY_LENGTH) if is_left else None


def free_slot(signature: Signature, new: NewEmail) -> int | None:
    """Return the household slot with the new mailbox; None if that mailbox has signed already."""
    others = Signature.objects.filter(tally=signature.tally_id, email_key=bytes(new.email_key))
    taken = list(others.exclude(pk=signature.pk).values_list("household_slot", "name"))
    if not taken:
        return 1
    is_shared = signature.tally.petition.shares_email
    if len(taken) > 1 or not is_shared:
        return None
    [(slot, name)] = taken
    is_same = (name or "").lower() == (signature.name or "").lower()
    return None if is_same else 3 - slot


def moderation_of(signature: Signature, new: NewEmail) -> tuple[str, str]:
    """Return the moderation and its reason, as if the new mailbox had signed (`SCREENED`)."""
    if signature.moderation:
        return signature.moderation, signature.moderation_reason
    mailbox = normalise(new.email)
    reason = screening.screen(mailbox, network=None, hashed=None, site="", trap="")
    if reason is None:  # exempted by the allow list
        return "", ""
    key = bytes(new.email_key)
    remembered = RememberedModeration.objects.filter(
        tally=signature.tally_id, email_key=key, withdrawn_on=None
    ).first()
    if remembered and not was_released(signature):
        is_shared = signature.tally.petition.shares_email
        return ("quarantined" if is_shared else remembered.moderation), remembered.reason
    return ("quarantined", reason) if reason else ("", "")


def was_released(signature: Signature) -> bool:
    """Return whether staff have released a signature whose email address was changed before.

    What is remembered about the mailbox may then be how this signature was moderated until then.
    """
    decisions = Decision.objects.filter(moderated__signature=signature, undone_at=None)
    last = decisions.order_by("-pk").first() if signature.link_key else None
    return last is not None and last.moderation == Signature.Moderation.NONE
