"""The consequences of bounces and complaints: mailboxes that get no more mailings."""

from django.db import transaction

from campaigns.bounces.reports import Said
from campaigns.bounces.return_path import Returned
from campaigns.forwarding import stopping
from campaigns.mail.outbox import MailKind, OutgoingMail
from campaigns.mailings import failing, mailing, suppression
from campaigns.mailings.mailing import Mailing, Outcome
from campaigns.mailings.suppression import Keys, Reason
from campaigns.signatures.signature import Signature

# Reports that end the mailings to a mailbox at once, and the outcome counted for the mailing.
ENDS = {
    Said.GONE: (Reason.BOUNCED, Outcome.BOUNCED),
    Said.COMPLAINED: (Reason.COMPLAINED, Outcome.COMPLAINED),
    Said.UNSUBSCRIBED: (Reason.UNSUBSCRIBED, Outcome.UNSUBSCRIBED),
}
# Reports of what the owner of the mailbox wants.
WISHES = (Said.COMPLAINED, Said.UNSUBSCRIBED)


@transaction.atomic
def act(returned: Returned, said: Said, *, mailbox: Keys = ()) -> None:
    """Act on a report about an email; a second report of the same event changes nothing.

    If the signature is gone, its mailbox may have signed something else: then only the report can
    say which `mailbox` it is. If the signature has another email address by now, the report is
    about the earlier one.
    """
    if returned.forwarded:
        if said != Said.NOTHING:
            is_complaint = said in WISHES
            stopping.came_back(returned.forwarded, is_complaint=is_complaint)
        return
    found = Signature.objects.select_for_update(no_key=True).filter(email__isnull=False)
    signature = found.filter(pk=returned.signature).first()
    is_known = signature is not None or (mailbox and said in ENDS)
    if said == Said.NOTHING or not is_known:
        return
    if signature and signature.confirmed_at is None:
        if not returned.mailing and said in ENDS:
            remind_no_more(signature)
        return
    of = Mailing.objects.filter(pk=returned.mailing, began_at__isnull=False).first()
    keys, is_its_own = mailbox, True
    if signature and mailbox and suppression.was_left(mailbox, signature):
        signature = None
    elif signature:
        assert signature.email  # guaranteed by the query above
        suppression.forget_outdated(signature.email)
        keys = suppression.keys_of(signature.email)
        is_its_own = bool(mailbox) or not may_have_changed(signature, of)
    is_suppressed = of is not None and suppressed_since(keys, of)
    # A mailing counts a mailbox once, and once more if its owner complains about it after it
    # failed. Which mailing an unsubscription was counted for is not stored.
    is_counted = of is not None and (
        suppressed_since(keys, of, Reason.UNSUBSCRIBED)
        or (
            failing.is_noted(keys, mailing=of.pk)
            and (is_suppressed or said not in WISHES or not is_its_own)
        )
    )
    outcome = Outcome.BOUNCED
    if said in ENDS:
        reason, outcome = ENDS[said]
        if is_its_own:
            suppression.suppress(keys, signature=signature, reason=reason)
    if of:
        # A refusal because of our sender or text is not held against the mailbox, and a mailbox
        # that gets no more mailings needs no count of its failures.
        is_failure = said == Said.FAILED and not is_suppressed and is_its_own
        failing.note(keys, mailing=of.pk, is_failure=is_failure)
        if not is_counted:
            mailing.add(of.pk, outcome)


def may_have_changed(signature: Signature, of: Mailing | None) -> bool:
    """Return whether an email may have gone to an earlier email address of its signature."""
    began_at, proven_at = of and of.began_at, signature.proven_at
    return bool(signature.link_key) and not (began_at and proven_at and proven_at < began_at)


def suppressed_since(keys: Keys, of: Mailing, *reasons: Reason) -> bool:
    """Return whether a mailbox was suppressed, for one of these reasons, after a mailing began."""
    at = suppression.since([keys], reasons=reasons or tuple(Reason)).get(keys)
    return bool(at and of.began_at and at >= of.began_at)


def remind_no_more(signature: Signature) -> None:
    """Record that the confirmation email was refused, which prevents a reminder.

    The outcome is the same as if the mail server had refused it at once.
    """
    kinds = (MailKind.CONFIRM, MailKind.REMINDER)
    sent = signature.mails.filter(kind__in=kinds, outcome=OutgoingMail.Outcome.SENT)
    sent.update(outcome=OutgoingMail.Outcome.REFUSED)
