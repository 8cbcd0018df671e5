"""Describe the shades that were derived from an organisation's colours, in words."""

from django.utils.translation import gettext as _

from home.identity.model import Identity


def said(identity: Identity) -> list[tuple[str, str]]:
    """Return (purpose, shades) for each use of the two colours."""
    found = identity.look.colours
    return [
        (_("Large areas"), found["ultramarine"][0]),
        (_("Words on them"), found["flood-text"][0]),
        (_("Headings and links"), both(found["ink"])),
        (_("Buttons"), both(found["drop"])),
        (_("Buttons on large areas"), found["flood-action"][0]),
        (_("Buttons on dark areas"), found["night-action"][0]),
        (_("Page"), both(found["ground"])),
    ]


def both(pair: tuple[str, str]) -> str:
    if pair[0] == pair[1]:
        return pair[0]
    return _("%(light)s, in the dark %(dark)s") % {"light": pair[0], "dark": pair[1]}
