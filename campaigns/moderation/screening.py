"""What is set aside silently, and why. The signer sees what everybody sees."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns import caching
from campaigns.moderation.lists import ListEntry


class Reason(models.TextChoices):
    """Kept with the signature; `signing` adds the two that only the database can tell."""

    HONEYPOT = "honeypot", _("filled in a field that is hidden from people")
    LISTED = "listed", _("on the block list")
    BURST = "burst", _("many signatures from one network within minutes")
    SUSTAINED = "sustained", _("many signatures from one network within a day")


def screen(mailbox: str, *, network: str | None, trap: str) -> str | None:
    """Why a signature is set aside: a Reason; "" for none; None for who is always let through.

    `mailbox` is as `email_keys.normalise` gives it.
    """
    fitting = {entry.effect for entry in entries() if entry.fits(mailbox=mailbox, network=network)}
    if ListEntry.Effect.ALLOW in fitting:
        return None
    if trap:
        return Reason.HONEYPOT
    return Reason.LISTED if fitting else ""


def entries() -> list[ListEntry]:
    """All entries of the block and allow lists, read again after some seconds."""
    return caching.cached("list-entries", lambda: list(ListEntry.objects.all()))


def limits() -> dict[str, int]:
    """How many signatures of one network a petition takes before the rest is set aside."""
    return {"burst": settings.SIGNING_BURST, "sustained": settings.SIGNING_SUSTAINED}
