"""The conditions that a signature counts, is pending or may be shown, for the ORM and in SQL.

The SQL texts call the row of the signature `s`. `tests/campaigns/signatures/test_conditions.py`
compares both forms over every combination.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.utils.translation import gettext_lazy as _

COUNTED = Q(confirmed_at__isnull=False, moderation="")
COUNTED_SQL = "s.confirmed_at IS NOT NULL AND s.moderation = ''"

# Signatures from this site; the others were brought in, sometimes thousands at a time.
TYPED_BY_SIGNERS = ("form", "embed")
ONLINE_SQL = f"s.channel IN {TYPED_BY_SIGNERS}"

# The signer has proved that they read the mailbox; otherwise anybody may have typed its email
# address. The person who imports a list is responsible for the email addresses in it.
EMAIL_IS_PROVEN = Q(proven_at__isnull=False) | ~Q(channel__in=TYPED_BY_SIGNERS)

# A pending signature counts as soon as its signer confirms it.
PENDING = Q(confirmed_at__isnull=True, moderation="", anonymised_at__isnull=True)
PENDING_SQL = "s.confirmed_at IS NULL AND s.moderation = '' AND s.anonymised_at IS NULL"

# Whatever is to be confirmed by a link in an email waits this long before it is deleted.
UNCONFIRMED_FOR = timedelta(days=7)

# Signatures that nobody has confirmed: pending, quarantined or invalidated ones.
UNCONFIRMED = Q(confirmed_at__isnull=True, anonymised_at__isnull=True)

# The signer agreed to be named in public (`shown_as`), and the signature counts.
SHOWABLE = Q(shown_as__gt="") & COUNTED
SHOWABLE_SQL = f"s.shown_as > '' AND {COUNTED_SQL}"

# The signer agreed that the comment is shown, a moderator approved it, and the signature counts.
SHOWN_COMMENT = Q(comment_state="shown") & COUNTED

# Quarantined or invalidated, and not anonymised: few rows, which are found by an index.
MODERATED = Q(moderation__gt="", anonymised_at__isnull=True)

# The states in lists and exports. Each signature has exactly one: see `state_of`.
STATES = {
    "confirmed": _("confirmed"),
    "mailings": _("kept for mailings"),
    "pending": _("awaiting confirmation"),
    "quarantined": _("quarantined"),
    "invalidated": _("invalidated"),
    "anonymised": _("anonymised"),
}
NOT_ANONYMISED = Q(anonymised_at__isnull=True)
# The signature still has all its data, for the purpose of the petition.
SERVES_PETITION = NOT_ANONYMISED & Q(for_mailings_since__isnull=True)
IN_STATE = {
    "confirmed": COUNTED & SERVES_PETITION,
    # The retention is over except for mailings, to which their signers consented separately.
    "mailings": COUNTED & NOT_ANONYMISED & Q(for_mailings_since__isnull=False),
    "pending": PENDING,
    "quarantined": Q(moderation="quarantined") & NOT_ANONYMISED,
    "invalidated": Q(moderation="invalidated") & NOT_ANONYMISED,
    "anonymised": ~NOT_ANONYMISED,
}
# The key of the state, for a query.
STATE = Case(
    *(When(condition, then=Value(name)) for name, condition in IN_STATE.items()),
    output_field=TextField(),
)


def confirmed_and_quarantined(signatures: QuerySet[Any]) -> int:
    """Count those of these signatures of one petition that count as soon as they are released.

    An index counts the quarantined ones, and another one those of them that are not confirmed. To
    ask for both conditions at once would read each quarantined signature.
    """
    quarantined = signatures.filter(IN_STATE["quarantined"])
    unconfirmed = quarantined.filter(confirmed_at=None).count()
    return max(quarantined.count() - unconfirmed, 0)  # The table may change between the two.


def state_of(
    *,
    anonymised_at: datetime | None,
    moderation: str,
    confirmed_at: datetime | None,
    for_mailings_since: datetime | None,
) -> str:
    """Return the state of a signature, as a key of STATES; `IN_STATE` does the same for the ORM."""
    if anonymised_at:
        return "anonymised"
    if moderation or not confirmed_at:
        return moderation or "pending"
    return "mailings" if for_mailings_since else "confirmed"
