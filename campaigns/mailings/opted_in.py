"""The condition on a signature that its signer wants mailings."""

from django.db.models import Q

from campaigns.mail.outbox import is_stopped
from campaigns.signatures.conditions import COUNTED

# Their signers ticked “keep me informed”, and have shown that they read it: where a petition is not
# confirmed by email, a stranger may have typed the email.
OPTED_IN = Q(
    COUNTED,
    ~Q(is_stopped()),
    updates=True,
    email__isnull=False,
    anonymised_at__isnull=True,
    tally__petition__confirms_by_email=True,
)
