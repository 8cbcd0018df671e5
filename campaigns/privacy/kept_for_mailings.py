"""Takes away all but what mailings need, where the retention is over and mailings may still go.

Signers who tick “keep me informed” have agreed to that apart, and the version that they read says
for how many further days (`Petition.mailing_days`). Who unsubscribes meanwhile is anonymised with
the next sweep, like everybody whose days are over.
"""

from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from campaigns.mail.new_emails import NewEmail
from campaigns.mail.outbox import OutgoingMail
from campaigns.mailings.mailing import Recipient
from campaigns.privacy import anonymising, dependent_rows, retention_promises
from campaigns.signatures import question_answers
from campaigns.signatures.columns import NOT_FOR_MAILINGS
from campaigns.signatures.signature import Signature

# What is about the mails to a signer, and not about what was signed.
ABOUT_MAILS = (OutgoingMail, NewEmail, Recipient)


def due() -> QuerySet[Signature]:
    """Signatures whose retention is over, but for mailings, and that have not been emptied yet."""
    over = retention_promises.are_over()
    return Signature.objects.filter(
        over.signatures, over.for_mailings, for_mailings_since__isnull=True
    )


def leave(keys: list[UUID]) -> int:
    """Empty what mailings do not need; return the number of signatures.

    Name, email, country and language stay, and the id with them, since the links in mails have it.
    """
    dependent_rows.delete(keys, but=ABOUT_MAILS)
    question_answers.take_out_personal(keys)
    return Signature.objects.filter(pk__in=dependent_rows.among(keys)).update(
        **dict.fromkeys(NOT_FOR_MAILINGS),
        may_answer=False,
        moderation_reason=anonymising.reasons_of_screening(),
        signed_at=anonymising.day_of("signed_at"),
        confirmed_at=anonymising.day_of("confirmed_at"),
        proven_at=anonymising.day_of("proven_at"),
        for_mailings_since=Now(),
    )
