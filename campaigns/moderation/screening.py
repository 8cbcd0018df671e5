"""Screening: which signatures are quarantined on arrival. Their signers see no difference."""

from campaigns import caching
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.reasons import Reason as Reason

# What was sent, or from where, and not who signs: when somebody signs again, it is decided anew.
OF_WHAT_WAS_TYPED = (Reason.HONEYPOT, Reason.LISTED, Reason.PROOF)
# Their signers are probably people of one school or one company, so they get their mails, one after
# another.
OF_LIMITS = (Reason.BURST, Reason.SUSTAINED)
# They get their mails, too; the confirmation takes the place of the proof.
MAILED = (*OF_LIMITS, Reason.PROOF)


def screen(
    mailbox: str, *, network: str | None, hashed: bytes | None, site: str, trap: str
) -> str | None:
    """The Reason to quarantine a signature; "" for none, None if the allow list exempts it.

    None also exempts it from the limits of its network. `ListEntry.fits` says what the others are;
    `trap` is the content of the field that people do not see.
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
    """All entries of the block and allow lists, cached for some seconds."""
    return caching.cached("list-entries", lambda: list(ListEntry.objects.all()))
