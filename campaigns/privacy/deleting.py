"""Anonymising and deleting signatures because staff say so, and not because their time is over."""

from collections import Counter
from uuid import UUID

from django.db.models import QuerySet

from campaigns.moderation.seen import Seen, decided_since
from campaigns.petitions.tally import Tally
from campaigns.privacy import anonymising, dependent_rows
from campaigns.signatures.signature import Signature
from operations.backups import erasure_ledger


def deletable(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Those of these signatures that may be deleted together.

    Anonymised ones hold nothing personal, and stay in the count. While the data of a petition is
    held, nothing of it is deleted by the hundred; one signer's wish is another matter.
    """
    held = Tally.objects.filter(held_at__isnull=False).values_list("pk", flat=True)
    return signatures.filter(anonymised_at=None).exclude(tally__in=list(held))


def anonymisable(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Those of these signatures that may be anonymised: confirmed ones.

    Of an unconfirmed one nothing would be left but a row that never counts.
    """
    return deletable(signatures).filter(confirmed_at__isnull=False)


def delete(keys: list[UUID], *, seen: Seen | None = None) -> dict[int, int]:
    """Delete those of these signatures that may be; return their number for each tally.

    Those about which something was decided that had not been `seen` are left out. Must be called in
    a transaction, with keys in ascending order.
    """
    found = locked(deletable(Signature.objects.all()), keys, seen)
    if found:
        dependent_rows.delete_with_signatures(list(found))
        erasure_ledger.note("signature", found)
    return dict(Counter(found.values()))


def anonymise(keys: list[UUID], *, seen: Seen | None = None) -> dict[int, int]:
    """The same for anonymising."""
    found = locked(anonymisable(Signature.objects.all()), keys, seen)
    if found:
        anonymising.anonymise(list(found))
        erasure_ledger.note("anonymised", found)
    return dict(Counter(found.values()))


def locked(signatures: QuerySet[Signature], keys: list[UUID], seen: Seen | None) -> dict[UUID, int]:
    """The keys of those of these signatures that are still there, locked, with their tallies."""
    rows = signatures.filter(pk__in=dependent_rows.among(keys)).order_by("pk")
    found = dict(rows.select_for_update(of=("self",)).values_list("pk", "tally"))
    since = decided_since(seen, found.keys()) if seen else set()
    return {key: tally for key, tally in found.items() if key not in since}


def are_held(tallies: list[int]) -> bool:
    """Whether the data of one of these petitions is held by now."""
    return Tally.objects.filter(pk__in=tallies, held_at__isnull=False).exists()
