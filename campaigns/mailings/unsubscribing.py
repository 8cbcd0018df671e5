"""Unsubscribing by the link in a mailing, once or twice, whether or not the signature is left."""

from campaigns.mailings import mailing, suppression
from campaigns.mailings.links import Unsubscribing
from campaigns.mailings.mailing import Mailing, Outcome
from campaigns.mailings.suppression import SuppressedMailbox


def unsubscribe(link: Unsubscribing) -> None:
    """Send no more mailings to the mailbox, and count it for the mailing that had the link."""
    if not suppression.suppress(link.keys, signature=link.signature):
        return
    if Mailing.objects.filter(pk=link.mailing).exists():
        mailing.add(link.mailing, Outcome.UNSUBSCRIBED)


def is_done(link: Unsubscribing) -> bool:
    """Whether the mailbox gets no mailings, as its owner wished, and nothing was ticked since.

    Of a signature that is gone nobody can say what its mailbox has signed since.
    """
    signature = link.signature
    if signature is None or not signature.email:
        return False
    wished = SuppressedMailbox.objects.filter(reason__in=suppression.WISHES)
    return (
        wished.filter(mailbox_key__in=link.keys).exists()
        and not suppression.of_mailbox(signature).filter(updates=True).exists()
    )
