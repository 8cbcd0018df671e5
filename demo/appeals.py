"""The demo's appeal with its representatives, and the contact of a target; all are invented."""

from typing import Any

from wagtail.models import Locale

from campaigns.appeals import listing
from campaigns.appeals.listing import Row
from campaigns.models import Appeal, Contact

APPEAL = {
    "title": "Write to your member of parliament",
    "slug": "write-for-the-talva",
    "lead": "The minister decides, but parliament can ask why. A few lines of your own count most.",
    "subject": "The dam at Orlin gorge",
    "text": (
        "Dear {representative},\n\nthe Talva is one of the last rivers that run free. Please ask "
        "the Minister for Energy in parliament why the turbines of the old dams are not repaired "
        "first.\n\nKind regards"
    ),
    "area_label": "Constituency",
}
MEMBERS = [
    Row("Aldermere", "Ines Varga", "varga@parliament.example"),
    Row("Orlin and the upper valley", "Tomas Rehn", "rehn@parliament.example"),
    Row("Port Ansel", "Amal Haddad", "haddad@parliament.example"),
    Row("Port Ansel", "Piet Noor", "noor@parliament.example"),
]
# The contacts by the name of their target.
CONTACTS = {
    "The Minister for Energy": {
        "role": "Ministry of Energy and Water",
        "email": "minister@energy.example",
        "postal_address": "1 Weir Street\nAldermere",
    },
}


def target(name: str, role: str) -> tuple[str, dict[str, Any]]:
    """Return the block of a target, with its contact if there is one."""
    contact = None
    if name in CONTACTS:
        contact, _is_new = Contact.objects.get_or_create(name=name, defaults=CONTACTS[name])
    return "target", {"name": name, "role": role, "contact": contact and contact.pk}


def appeal() -> Appeal:
    """Return the published appeal with its representatives; create it unless it exists."""
    found, is_new = Appeal.objects.get_or_create(
        slug=APPEAL["slug"], language=Locale.get_default(), defaults=APPEAL | {"live": True}
    )
    if is_new:
        found.save_revision().publish()
        listing.replace(found, MEMBERS)
    return found
