"""The condition on a signature that its signer wants mailings."""

from datetime import timedelta

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, IntegerField, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Least, Now
from django.db.models.lookups import GreaterThan

from campaigns.mail.outbox import is_stopped
from campaigns.signatures.conditions import COUNTED, EMAIL_IS_PROVEN


def promised(name: str) -> Cast:
    """Return a number of days from the version that the signer read."""
    return Cast(KeyTextTransform(name, "version__parts"), IntegerField())


# Until when a signer may get mailings, as in `retention_ends.mailings_end_at`. A hold does not
# extend it: data retained for a court is not retained for mailings.
RETAINED = Least("tally__petition__retention_days", promised("retention_days"))
FURTHER = Least("tally__petition__mailing_days", Coalesce(promised("mailing_days"), Value(0)))
KEPT = ExpressionWrapper((RETAINED + FURTHER) * Value(timedelta(days=1)), DurationField())
ENDED_AT = Least("tally__petition__closes_at", "tally__won_at")
LAST_MAIL_AT = ExpressionWrapper(ENDED_AT + KEPT, DateTimeField())
IS_IN_TIME = (
    Q(tally__held_at__isnull=True)  # without a hold, the worker anonymises in time
    | Q(tally__petition__closes_at__isnull=True, tally__won_at__isnull=True)
    | Q(GreaterThan(LAST_MAIL_AT, Now()))
)

# The signers themselves, or the list with which they came, say that they want to be informed. Where
# signatures are counted by several conditions at once, PostgreSQL checks the parts of each one in
# order, and the last part looks a mailbox up.
OPTED_IN = Q(
    COUNTED,
    Q(updates=True, email__isnull=False, anonymised_at__isnull=True),
    EMAIL_IS_PROVEN,
    IS_IN_TIME,
    ~Q(is_stopped()),
)
