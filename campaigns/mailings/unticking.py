"""Applies suppressions and newer wishes of mailboxes to all of their signatures, for the worker.

If the owners want no mailings, “keep me informed” is unticked; if they have asked for mailings
again, the mailbox is no longer suppressed.

An unsubscribe link contains the key of a mailbox. If its signature was deleted, only checking the
email addresses of all signatures reveals what else this mailbox has signed. Restoring a backup
brings old ticks back.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.mailings import suppression
from campaigns.mailings.audience import CHUNK, chunks
from campaigns.mailings.suppression import SuppressedMailbox
from campaigns.signatures.signature import Signature
from operations import keyring

# A proof becomes visible some time after its recorded time: when its transaction ends.
LATE = timedelta(days=1)


def untick() -> None:
    """Untick the signatures of suppressed mailboxes that have not been checked yet.

    A mailbox of whose signatures somebody holds one, such as a job, is checked again later.
    """
    due = SuppressedMailbox.objects.filter(may_be_ticked=True)
    suppressed = {bytes(key): at for key, at in due.values_list("mailbox_key", "suppressed_at")}
    if not suppressed:
        return
    mailboxes = ticked(suppressed, Signature.objects.all())
    found = Signature.objects.filter(pk__in=list(mailboxes))
    with transaction.atomic():
        # Reading all signatures takes a while, in which some may get another email address or have
        # asked for mailings again: each is read again once it is locked.
        locked = found.order_by("pk").select_for_update(no_key=True, skip_locked=True)
        still = ticked(suppressed, locked)
        suppression.untick(Signature.objects.filter(pk__in=list(still)))
    held = found.filter(updates=True).values_list("pk", flat=True)
    again = set[bytes]().union(*(mailboxes[pk] for pk in held))
    due.filter(mailbox_key__in=list(suppressed.keys() - again)).update(may_be_ticked=False)


@transaction.atomic(savepoint=False)  # for reading the rows in chunks
def ticked(
    suppressed: dict[bytes, datetime], signatures: QuerySet[Signature]
) -> dict[UUID, set[bytes]]:
    """Return those of the signatures that these mailboxes have ticked, with the mailbox's keys.

    Those that renewed the wish are left out.
    """
    rows = signatures.filter(updates=True, email__isnull=False).values_list(
        "pk", "email", "channel", Coalesce("proven_at", "signed_at")
    )
    keys = keyring.every()
    found: dict[UUID, set[bytes]] = {}
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        for pk, email, channel, at in chunk:
            its = suppressed.keys() & set(suppression.keys_of(email, keys))
            if any(suppression.holds(suppressed[key], channel, at) for key in its):
                found[pk] = its
    return found


class AskedAnew:
    """Deletes the rows of mailboxes that have asked for mailings again since.

    What was proven before the last round was compared then with the rows of that time, so only
    later signatures are read, and for a row that is new to the round all since its suppression.
    The first round of a process knows nothing, and reads all.
    """

    def __init__(self) -> None:
        self.compared: dict[bytes, datetime] = {}
        self.at = datetime.min.replace(tzinfo=UTC)

    @transaction.atomic(savepoint=False)  # for reading the rows in chunks
    def forget(self) -> None:
        now = timezone.now()
        looked_at = SuppressedMailbox.objects.filter(may_be_ticked=False)
        suppressed = {
            bytes(key): at for key, at in looked_at.values_list("mailbox_key", "suppressed_at")
        }
        if suppressed:
            since = min(
                max(at, self.at) if key in self.compared else at for key, at in suppressed.items()
            )
            outdated = found_outdated(suppressed, since)
            known = looked_at.filter(suppressed_at__lte=max(suppressed.values()))
            known.filter(mailbox_key__in=outdated).delete()
        self.compared, self.at = suppressed, now - LATE


def found_outdated(suppressed: dict[bytes, datetime], since: datetime) -> set[bytes]:
    """Return the mailboxes that asked for mailings again with a signature proven since then."""
    later = Signature.objects.filter(updates=True, email__isnull=False, proven_at__gt=since)
    rows = later.values_list("email", "channel", "proven_at")
    keys = keyring.every()
    outdated: set[bytes] = set()
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        for email, channel, at in chunk:
            its = suppressed.keys() & set(suppression.keys_of(email, keys))
            outdated |= {key for key in its if not suppression.holds(suppressed[key], channel, at)}
    return outdated
