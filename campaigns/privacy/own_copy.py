"""A signer's own copy of their data, in a machine-readable format (GDPR, articles 15 and 20)."""

from typing import Any

from campaigns.mail.outbox import OutgoingMail
from campaigns.privacy import access_report, own_page
from campaigns.signatures.column_types import ShownIn
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.columns_in_words import public_page
from campaigns.signatures.signature import Signature

# The columns that the signer's page shows, in its form or below it.
SHOWN = [
    field.name
    for field, column in COLUMNS
    if not field.is_relation and (column.form_field or ShownIn.OWN_PAGE in column.shown_in)
]

# Leaves out the name of the staff member.
BY_HAND = ("reason", "confirmed_at")
# Leaves out what staff wrote about the list for their colleagues.
IMPORTED = ("imported_at", "row", "sheet", "consent")


def own_copy(signature: Signature) -> dict[str, Any]:
    """Return everything that the signer's own page shows of a signature, to be written as JSON.

    The checks against forged signatures and the decisions of moderators are left out, so that the
    file is the same for signers who are quarantined; the access report of the staff has them.
    """
    everything = access_report.exported(signature)
    by_hand, imported = everything["confirmed_by_hand"], everything["imported"]
    return {
        "number": everything["number"],
        "petition": everything["petition"],
        **{name: everything[name] for name in SHOWN},
        "stored_until": everything["stored_until"],
        "replies": everything["replies"],
        "page": everything["page"] if public_page(signature) else None,
        "version": everything["version"],
        "confirmed_by_hand": by_hand and {name: by_hand[name] for name in BY_HAND},
        "imported": imported and {name: imported[name] for name in IMPORTED},
        "new_email": everything["new_email"],
        "mails": [
            as_told(mail) for mail in everything["mails"] if mail["kind"] != own_page.TO_ANOTHER
        ],
    }


def as_told(mail: dict[str, Any]) -> dict[str, Any]:
    """Show an email that waits for a moderator as on its way, as the signer's page does."""
    is_waiting = mail["outcome"] == OutgoingMail.Outcome.WAITING
    return mail | {"outcome": "owed", "ended_at": None} if is_waiting else mail
