"""Delete all data that mailings do not need, once only mailings are still allowed.

Signers who tick “keep me informed” have given separate consent to mailings, and the version that
they read says for how many further days (`Petition.mailing_days`). Signers who unsubscribe
meanwhile are anonymised by the next sweep, like all signers whose further days are over.
"""

from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from campaigns.counting import surveys
from campaigns.mail.new_emails import NewEmail
from campaigns.mail.outbox import OutgoingMail
from campaigns.mailings.mailing import Recipient
from campaigns.privacy import anonymising, dependent_rows, retention_ends
from campaigns.signatures import question_answers
from campaigns.signatures.column_types import day_of
from campaigns.signatures.columns import NOT_FOR_MAILINGS
from campaigns.signatures.signature import Signature
from operations.backups import erasure_ledger

# Rows about the emails to a signer, and not about what was signed.
ABOUT_MAILS = (OutgoingMail, NewEmail, Recipient)


def due() -> QuerySet[Signature]:
    """Return signatures that are retained for mailings only and still have other data."""
    over = retention_ends.are_over()
    return Signature.objects.filter(
        over.signatures, over.for_mailings, for_mailings_since__isnull=True
    )


def leave_due(keys: list[UUID]) -> int:
    """Do what `leave` does, also in a backup that a restore brings back."""
    if not (keys := anonymising.not_held(keys)):
        return 0
    rows = Signature.objects.filter(pk__in=dependent_rows.among(keys))
    erasure_ledger.note(anonymising.ENDED, anonymising.groups(rows))
    return leave(keys)


def leave(keys: list[UUID]) -> int:
    """Empty the columns that mailings do not need; return the number of signatures.

    Name, email address, country and language remain, and so does the id, since links in emails
    contain it.
    """
    surveys.note_all(Signature.objects.filter(pk__in=dependent_rows.among(keys)))
    dependent_rows.delete(keys, but=ABOUT_MAILS)
    question_answers.take_out_personal(keys)
    return Signature.objects.filter(pk__in=dependent_rows.among(keys)).update(
        **dict.fromkeys(NOT_FOR_MAILINGS),
        may_answer=False,
        moderation_reason=anonymising.reasons_of_screening(),
        signed_at=day_of("signed_at"),
        confirmed_at=day_of("confirmed_at"),
        proven_at=day_of("proven_at"),
        for_mailings_since=Now(),
    )
