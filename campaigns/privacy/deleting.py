"""Anonymise and delete signatures at the request of staff, independently of their retention."""

from collections import Counter
from uuid import UUID

from django.db.models import QuerySet

from campaigns.counting import surveys
from campaigns.moderation.seen import Seen, confirmed_since, decided_since
from campaigns.petitions.tally import Tally
from campaigns.privacy import anonymising, dependent_rows
from campaigns.signatures.signature import Signature
from operations.backups import erasure_ledger


def deletable(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Return those of these signatures that staff may delete in bulk.

    Anonymised signatures contain nothing personal, and remain in the count. While the data of a
    petition is held, its signatures are never deleted in bulk. A single signer's request to delete
    a signature is granted nevertheless.
    """
    held = Tally.objects.filter(held_at__isnull=False).values_list("pk", flat=True)
    return signatures.filter(anonymised_at=None).exclude(tally__in=list(held))


def anonymisable(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Return those of these signatures that may be anonymised: confirmed ones.

    An anonymised unconfirmed signature would only be a row that never counts.
    """
    return deletable(signatures).filter(confirmed_at__isnull=False)


def delete(keys: list[UUID], *, seen: Seen | None = None) -> dict[int, int]:
    """Delete the deletable signatures among `keys`; return how many were deleted for each tally.

    If `seen` is given, signatures with a decision or a confirmation that it does not cover are left
    out. Must be called in a transaction, with keys in ascending order.
    """
    found = locked(deletable(Signature.objects.all()), keys, seen)
    if found:
        surveys.note(Counter(found.values()))
        dependent_rows.delete_with_signatures(list(found))
        erasure_ledger.note("signature", found)
    return dict(Counter(found.values()))


def anonymise(keys: list[UUID], *, seen: Seen | None = None) -> dict[int, int]:
    """Anonymise signatures, with the arguments and the return value of `delete`."""
    found = locked(anonymisable(Signature.objects.all()), keys, seen)
    if found:
        anonymising.anonymise(list(found))
        erasure_ledger.note("anonymised", found)
    return dict(Counter(found.values()))


def locked(signatures: QuerySet[Signature], keys: list[UUID], seen: Seen | None) -> dict[UUID, int]:
    """Lock those of these signatures that still exist; return their keys with their tallies.

    Signatures that were decided about or confirmed since they were `seen` are left out.
    """
    rows = signatures.filter(pk__in=dependent_rows.among(keys)).order_by("pk")
    found = dict(rows.select_for_update(of=("self",)).values_list("pk", "tally"))
    keys = list(found)
    since = decided_since(seen, keys) | confirmed_since(seen, keys) if seen else set()
    return {key: tally for key, tally in found.items() if key not in since}
