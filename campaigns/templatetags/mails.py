"""Template tags for emails, which have no request."""

from typing import Any

from django import template
from django.conf import settings

from campaigns.petitions.texts import organisation_name
from campaigns.sharing.appearance import appearance

register = template.Library()


@register.simple_tag
def mail_look() -> dict[str, Any]:
    """Return the organisation's appearance for emails to signers and to staff.

    `logo` is None if the organisation has neither a logo nor a sign of its own; then a shape is
    drawn.
    """
    look = appearance()
    return {
        "name": organisation_name(),
        "colours": {name.replace("-", "_"): pair for name, pair in look.colours.items()},
        "prose": look.prose,
        "shape": look.shape,
        "logo": look.logo or (look.sign if look.shape == "own" else None),
        "logo_has_name": look.logo_has_name and look.logo is not None,
        "base_url": settings.BASE_URL,
    }
