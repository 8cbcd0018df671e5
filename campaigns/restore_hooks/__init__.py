"""Restoring campaigns: what no backup contains, who stays deleted, and what was sent already.

`operations.backups` finds this module by its name.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.appeals.appeal import Representative
from campaigns.appeals.message import Message
from campaigns.contacts.contact import Contact
from campaigns.counting import counting
from campaigns.imports import waiting
from campaigns.mail.new_emails import NewEmail
from campaigns.mailings.failing import FailingMailbox
from campaigns.mailings.suppression import SuppressedMailbox
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.privacy import (
    anonymising,
    dependent_rows,
    erasing,
    kept_for_mailings,
    trusted_clock,
)
from campaigns.rekeying import moving, progress, resealing, switching
from campaigns.restore_hooks import (
    held,
    mailboxes,
    replaced,
    sent,
    taken_down,
    teams,
    told,
    withdrawn,
)
from campaigns.signatures import key_fingerprint
from campaigns.signatures.signature import Signature
from campaigns.signing import withdrawing
from campaigns.sync.receiver import Receiver
from operations import encryption, keyring
from operations.backups import hooks
from operations.backups.hooks import Erasable, Old
from operations.doctor import findings

BATCH = 5_000


def known_by(key: Callable[[Any], str], model: type[models.Model]) -> Erasable:
    """Return how to erase rows that the ledger identifies by a key of several columns."""

    def find() -> Iterator[str]:
        return map(key, model._meta.base_manager.iterator())

    def delete(keys: list[str]) -> None:
        wanted = set(keys)
        pks = [row.pk for row in model._meta.base_manager.iterator() if key(row) in wanted]
        model._meta.base_manager.filter(pk__in=pks).delete()

    return Erasable(find=find, delete=delete, can_return=True)


def in_batches(act: Any) -> Any:
    """Wrap a function so that it is called with at most BATCH keys at a time."""

    def act_on(keys: list[Any]) -> None:
        for first in range(0, len(keys), BATCH):
            act(sorted(keys[first : first + BATCH]))

    return act_on


def not_ended() -> dict[str, list[Any]]:
    """Return the groups of signatures that still serve the petition, as the ledger has them."""
    retained = Signature.objects.filter(anonymised_at=None, for_mailings_since=None)
    return anonymising.groups(retained.filter(confirmed_at__isnull=False))


def end(keys: list[str]) -> None:
    """Anonymise groups whose retention was over, except for what mailings may need for longer."""
    groups = not_ended()
    found = {pk for key in keys for pk in groups[key]}
    for_mailings = Signature.objects.filter(anonymising.FOR_MAILINGS)
    kept = found.intersection(for_mailings.values_list("pk", flat=True).iterator())
    in_batches(anonymising.anonymise)([*found - kept])
    in_batches(kept_for_mailings.leave)([*kept])


def kept_for_mailings_still() -> dict[str, list[Any]]:
    """Return the groups of signatures that serve mailings, as the ledger has them."""
    return anonymising.groups(
        Signature.objects.filter(anonymising.FOR_MAILINGS, anonymised_at=None)
    )


def end_for_mailings(keys: list[str]) -> None:
    """Anonymise those of the groups whom mailings needed for longer, until that was over, too."""
    groups = kept_for_mailings_still()
    in_batches(anonymising.anonymise)([pk for key in keys for pk in groups[key]])


def withdraw_again(keys: list[Any], *, by_staff: bool = False) -> None:
    """Delete what was withdrawn or deleted, and remember again that no list brings it back.

    The day that is remembered is that of the restore, since only the keys of the signatures are
    known here. The hash is made with the current key: nobody could bring it to that key later.
    """
    switching.switch()
    for key in sorted(keys):
        withdrawing.delete(key, by_staff=by_staff)


def drop_lists(made_at: datetime, old: Old) -> None:
    """Delete uploaded lists: they may be imported by now, or contain people erased since."""
    waiting.lists().delete()


def set_clock(made_at: datetime, old: Old) -> None:
    """Set the clock: the time since the backup is not a jump, which would stop the sweep."""
    trusted_clock.SeenClock.objects.update(seen_at=trusted_clock.database_now(), jumped_at=None)


def feed_anew(made_at: datetime, old: Old) -> None:
    """Make readers of feeds read everything: they may have signatures newer than the backup."""
    Receiver.objects.update(noted_since=timezone.now())


def count(made_at: datetime, old: Old) -> None:
    counting.recount()


# --- mailboxes from which emails came back ---


def came_back() -> Iterator[QuerySet[Any]]:
    """Yield the bounce records that an erasure deletes. Unsubscribing is the person's own wish."""
    yield SuppressedMailbox.objects.filter(reason=SuppressedMailbox.Reason.BOUNCED)
    yield FailingMailbox.objects.all()


def bounced() -> Iterator[str]:
    for rows in came_back():
        yield from (bytes(key).hex() for key in rows.values_list("mailbox_key", flat=True))


def forget_mailboxes(keys: list[str]) -> None:
    for rows in came_back():
        rows.filter(mailbox_key__in=[bytes.fromhex(key) for key in keys]).delete()


# --- the key that makes digests ---


def fingerprints() -> list[str]:
    """Return the fingerprints of the key that makes digests and of all other known keys."""
    return [keyring.fingerprint(key) for key in keyring.every()]


def switch_key(made_at: datetime, old: Old) -> None:
    """Switch a backup from before a change of keys to the current key."""
    switching.switch()


def rekey(made_at: datetime, old: Old) -> None:
    if keyring.is_rotating():
        moving.run(rest=0)


hooks.LEFT_OUT += ["campaigns_dailykey", "campaigns_codetry", "campaigns_messagetry"]
# An erasure deletes every search, and nothing tells which one in a backup names the person.
hooks.LEFT_OUT += ["campaigns_signingtry", "campaigns_typedsearch"]
hooks.IDENTITIES["SIGNATURE_KEY"] = fingerprints
hooks.ERASABLE |= {
    "signature": Erasable(
        find=lambda: Signature.objects.values_list("pk", flat=True).iterator(),
        delete=in_batches(dependent_rows.delete_with_signatures),
    ),
    withdrawing.WITHDRAWN: Erasable(
        find=lambda: Signature.objects.values_list("pk", flat=True).iterator(),
        delete=in_batches(withdraw_again),
    ),
    withdrawing.BY_STAFF: Erasable(
        find=lambda: Signature.objects.values_list("pk", flat=True).iterator(),
        delete=in_batches(partial(withdraw_again, by_staff=True)),
    ),
    "anonymised": Erasable(
        find=lambda: Signature.objects.filter(anonymised_at=None).values_list("pk", flat=True),
        delete=in_batches(anonymising.anonymise),
    ),
    anonymising.ENDED: Erasable(find=not_ended, delete=end),
    anonymising.ENDED_FOR_MAILINGS: Erasable(find=kept_for_mailings_still, delete=end_for_mailings),
    "list entry": Erasable(
        find=lambda: ListEntry.objects.values_list("pattern", flat=True),
        delete=lambda keys: ListEntry.objects.filter(pattern__in=keys).delete(),
        can_return=True,
    ),
    "remembered moderation": known_by(erasing.remembered_key, RememberedModeration),
    "new email": known_by(erasing.new_email_key, NewEmail),
    "message": Erasable(
        find=lambda: Message.objects.values_list("pk", flat=True),
        delete=lambda keys: Message.objects.filter(pk__in=keys).delete(),
    ),
    "representative": known_by(erasing.listed_key, Representative),
    "contact": known_by(erasing.listed_key, Contact),
    "named contact": known_by(erasing.named_contact_key, Contact),
    "mailbox without mailings": Erasable(find=bounced, delete=forget_mailboxes, can_return=True),
}
hooks.CLOCKS.append(trusted_clock.find_fault)
hooks.VERIFYING.append(key_fingerprint.verify)
hooks.OLDER.append(mailboxes.add)
hooks.MENDING += [
    replaced.look_for_signatures,
    switch_key,
    taken_down.keep_down,
    sent.send_nothing_twice,
    told.take_back,
    withdrawn.keep_back,
    teams.move_collections,
    held.hold_again,
    drop_lists,
    set_clock,
    rekey,
    feed_anew,
    count,
]
findings.OF_KEYS += [progress.look, resealing.look]
encryption.RENEWING.append(resealing.run)
