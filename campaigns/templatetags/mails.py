"""Template tags for emails, which have no request."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, Site

from campaigns.caching import cached
from campaigns.pages.private import readable
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
        "home_url": home_url(),
    }


def home_url() -> str:
    """Return the URL of the home page in the active language, or of the first one if none is."""
    code = translation.get_language()

    def is_public() -> bool:
        homes = Site.objects.filter(is_default_site=True).values("root_page__translation_key")
        pages = Page.objects.filter(translation_key__in=homes, locale__language_code=code)
        return readable(pages).exists()

    is_there = code != settings.LANGUAGE_CODE and cached(f"home-{code}", is_public)
    path: str = reverse("wagtail_serve", args=[""]) if is_there else ""
    return settings.BASE_URL + path
