"""Unsubscribing by the link in a mailing, once or twice, whether or not the signature is left."""

from campaigns.mailings import mailing, suppression
from campaigns.mailings.composing import Unsubscribing
from campaigns.mailings.mailing import Mailing, Outcome


def unsubscribe(link: Unsubscribing) -> None:
    """Send no more mailings to the mailbox, and count it for the mailing that had the link."""
    if not suppression.suppress(link.keys, signature=link.signature):
        return
    if Mailing.objects.filter(pk=link.mailing).exists():
        mailing.add(link.mailing, Outcome.UNSUBSCRIBED)
