"""Unsubscribing by the link in a mailing, repeatably, and also after the signature was deleted."""

from campaigns.mailings import mailing, suppression
from campaigns.mailings.links import Unsubscribing
from campaigns.mailings.mailing import Mailing, Outcome
from campaigns.mailings.suppression import SuppressedMailbox


def unsubscribe(link: Unsubscribing) -> None:
    """Send no more mailings to the mailbox, and count this for the mailing that had the link."""
    if not suppression.suppress(link.keys, signature=link.signature):
        return
    if Mailing.objects.filter(pk=link.mailing).exists():
        mailing.add(link.mailing, Outcome.UNSUBSCRIBED)


def is_done(link: Unsubscribing) -> bool:
    """Return whether the owner's wish for no mailings is in effect, and nothing was ticked since.

    Without the signature, it is unknown what its mailbox has signed since.
    """
    signature = link.signature
    if signature is None or not signature.email:
        return False
    wished = SuppressedMailbox.objects.filter(reason__in=suppression.WISHES)
    row = wished.filter(mailbox_key__in=link.keys).first()
    if row is None:
        return False
    if link.was_left:  # What another mailbox has ticked says nothing about that of the link.
        return True
    ticked = suppression.of_mailbox(signature).filter(updates=True)
    if row.may_be_ticked:  # The worker has yet to untick what was ticked before.
        ticked = suppression.asking_anew(ticked, row)
    return not ticked.exists()
