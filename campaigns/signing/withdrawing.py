"""Withdraw a signature: it is deleted, with all data about its signer."""

from django.db import transaction

from campaigns.moderation import remembered_decisions
from campaigns.privacy import dependent_rows
from campaigns.rekeying import mailboxes
from campaigns.signatures.signature import Signature
from campaigns.signing.signing import Gone, find
from operations.backups import erasure_ledger

# The kind under which the ledger of erasures has signatures that were deleted for their signers.
WITHDRAWN = "withdrawn"


def withdraw(token: str) -> None:
    """Delete the signature, and all data about its signer (`delete`).

    Raises BadLink, and Gone if it was withdrawn before.
    """
    found = find("withdraw", token)
    with transaction.atomic():
        # A moderator may be deciding about it at the same moment.
        signature = Signature.objects.select_for_update().filter(pk=found.pk).first()
        if signature is None:
            raise Gone
        delete(signature)


def delete(signature: Signature) -> None:
    """Delete a signature because its signer wants that, so that no list brings it back.

    Remember how it was moderated. Must be called in a transaction.
    """
    mailboxes.settle_own(signature)
    remembered_decisions.remember(signature)
    dependent_rows.delete([signature.pk])
    erasure_ledger.note(WITHDRAWN, [signature.pk])
    signature.delete()
