"""Whether a signature counts, is pending or may be shown: for the ORM, and beside it in SQL.

The SQL texts name the row of the signature `s`. `tests/campaigns/signatures/test_conditions.py`
compares the forms over every combination.
"""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

COUNTED = Q(confirmed_at__isnull=False, moderation="")
COUNTED_SQL = "s.confirmed_at IS NOT NULL AND s.moderation = ''"

# It counts as soon as its signer has confirmed it.
PENDING = Q(confirmed_at__isnull=True, moderation="", anonymised_at__isnull=True)
PENDING_SQL = "s.confirmed_at IS NULL AND s.moderation = '' AND s.anonymised_at IS NULL"

# Its signer agreed to be read by everybody (`shown_as`), and it counts.
SHOWABLE = Q(shown_as__gt="") & COUNTED
SHOWABLE_SQL = f"s.shown_as > '' AND {COUNTED_SQL}"

# One word for each signature, for lists: see `state_of`.
STATES = {
    "confirmed": _("confirmed"),
    "pending": _("awaiting confirmation"),
    "quarantined": _("quarantined"),
    "invalidated": _("invalidated"),
    "anonymised": _("anonymised"),
}
NOT_ANONYMISED = Q(anonymised_at__isnull=True)
IN_STATE = {
    "confirmed": COUNTED & NOT_ANONYMISED,
    "pending": PENDING,
    "quarantined": Q(moderation="quarantined") & NOT_ANONYMISED,
    "invalidated": Q(moderation="invalidated") & NOT_ANONYMISED,
    "anonymised": ~NOT_ANONYMISED,
}


def state_of(
    *, anonymised_at: datetime | None, moderation: str, confirmed_at: datetime | None
) -> str:
    """A key of STATES, as `IN_STATE` finds it."""
    if anonymised_at:
        return "anonymised"
    return moderation or ("confirmed" if confirmed_at else "pending")
