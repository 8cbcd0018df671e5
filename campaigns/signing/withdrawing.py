"""Withdraw a signature: it is deleted, with all data about its signer."""

from uuid import UUID

from django.db import transaction

from campaigns.moderation import remembered_decisions
from campaigns.privacy import dependent_rows
from campaigns.rekeying import mailboxes
from campaigns.signatures.signature import Signature
from campaigns.signing.signing import find
from operations.backups import erasure_ledger

# The kinds under which the ledger of erasures has signatures that were deleted for their signers,
# and by staff alone.
WITHDRAWN, BY_STAFF = "withdrawn", "deleted by staff"


def withdraw(token: str) -> None:
    """Delete the signature, and all data about its signer (`delete`).

    Raises BadLink, and Gone if it was withdrawn before.
    """
    found = find("withdraw", token)
    with transaction.atomic():
        Signature.objects.select_for_update().filter(pk=found.pk).first()
        delete(find("withdraw", token).pk)  # found again, now that the row is locked


def delete(pk: UUID, *, by_staff: bool = False) -> bool:
    """Delete a signature so that no list brings it back; return whether it still existed.

    If its signer withdraws it, remember how it was moderated. Must be called in a transaction.
    """
    # A moderator may be deciding about it at the same moment.
    signature = Signature.objects.select_for_update().filter(pk=pk).first()
    if signature is None:
        return False
    mailboxes.settle_own(signature)
    remembered_decisions.remember(signature, day_alone=by_staff)
    dependent_rows.delete([signature.pk])
    erasure_ledger.note(BY_STAFF if by_staff else WITHDRAWN, [signature.pk])
    signature.delete()
    return True
