"""The condition on a signature that its signer wants mailings."""

from django.db.models import Q

from campaigns.mail.outbox import is_stopped
from campaigns.signatures.conditions import COUNTED, EMAIL_IS_PROVEN

# They, or the list with which they came, say that they want to be kept informed.
OPTED_IN = Q(
    COUNTED,
    EMAIL_IS_PROVEN,
    ~Q(is_stopped()),
    updates=True,
    email__isnull=False,
    anonymised_at__isnull=True,
)
