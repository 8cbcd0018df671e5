"""Screening: decide which signatures are quarantined on arrival.

The signers of quarantined signatures see no difference.
"""

from campaigns import caching
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.reasons import Reason as Reason

# Reasons about the content or origin of a request, not about the signer: they are decided again at
# the signer's next attempt.
OF_WHAT_WAS_TYPED = (Reason.HONEYPOT, Reason.LISTED, Reason.PROOF)
# These signers are probably people of one school or one company, so they still get their emails, at
# intervals.
OF_LIMITS = (Reason.BURST, Reason.SUSTAINED)
# These signers also get their emails; confirming replaces the proof.
MAILED = (*OF_LIMITS, Reason.PROOF)


def screen(
    mailbox: str, *, network: str | None, hashed: bytes | None, site: str, trap: str
) -> str | None:
    """Return the Reason to quarantine a signature; "" for none, None if the allow list exempts it.

    None also exempts it from the limits of its network. For the other arguments see
    `ListEntry.fits`; `trap` is the value of the field that people do not see.
    """
    fitting = {
        entry.effect
        for entry in entries()
        if entry.fits(mailbox=mailbox, network=network, hashed=hashed, site=site)
    }
    if ListEntry.Effect.ALLOW in fitting:
        return None
    if trap:
        return Reason.HONEYPOT
    return Reason.LISTED if fitting else ""


def entries() -> list[ListEntry]:
    """Return all entries of the block and allow lists, cached for a few seconds."""
    return caching.cached("list-entries", lambda: list(ListEntry.objects.all()))
