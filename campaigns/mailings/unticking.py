"""Settles for the worker what mailboxes signed before and after they were suppressed.

Where their owner wants no mailings, “keep me informed” is unticked; where somebody has asked for
mail anew, the mailbox is not suppressed any more.

A link to unsubscribe holds the key of a mailbox. Where its signature is gone, only a look at the
emails of all signatures says what else this mailbox has signed. A restore brings old ticks back.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce

from campaigns.mailings import suppression
from campaigns.mailings.audience import CHUNK, chunks
from campaigns.mailings.suppression import SuppressedMailbox
from campaigns.signatures.signature import Signature
from operations import keyring


def untick() -> None:
    """Untick what the mailboxes have signed of which nobody has looked yet what that is."""
    due = SuppressedMailbox.objects.filter(may_be_ticked=True)
    suppressed = {bytes(key): at for key, at in due.values_list("mailbox_key", "suppressed_at")}
    if not suppressed:
        return
    Signature.objects.filter(pk__in=ticked(suppressed), updates=True).update(updates=False)
    due.filter(mailbox_key__in=list(suppressed)).update(may_be_ticked=False)


@transaction.atomic(savepoint=False)  # so that the rows are read in chunks
def ticked(suppressed: dict[bytes, datetime]) -> list[UUID]:
    """The ticked signatures of these mailboxes, but for those by which mail is wanted anew."""
    rows = Signature.objects.filter(updates=True, email__isnull=False).values_list(
        "pk", "email", "channel", Coalesce("proven_at", "signed_at")
    )
    keys = keyring.every()
    found: list[UUID] = []
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        for pk, email, channel, at in chunk:
            its = suppressed.keys() & set(suppression.keys_of(email, keys))
            if any(suppression.holds(suppressed[key], channel, at) for key in its):
                found.append(pk)
    return found


@transaction.atomic(savepoint=False)  # so that the rows are read in chunks
def forget_outdated() -> None:
    """Delete the rows of the mailboxes that have asked for mail anew since."""
    looked_at = SuppressedMailbox.objects.filter(may_be_ticked=False)
    suppressed = {
        bytes(key): at for key, at in looked_at.values_list("mailbox_key", "suppressed_at")
    }
    if not suppressed:
        return
    later = Signature.objects.filter(
        updates=True, email__isnull=False, proven_at__gt=min(suppressed.values())
    )
    rows = later.values_list("email", "channel", "proven_at")
    keys = keyring.every()
    outdated: set[bytes] = set()
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        for email, channel, at in chunk:
            its = suppressed.keys() & set(suppression.keys_of(email, keys))
            outdated |= {key for key in its if not suppression.holds(suppressed[key], channel, at)}
    known = looked_at.filter(suppressed_at__lte=max(suppressed.values()))
    known.filter(mailbox_key__in=outdated).delete()
