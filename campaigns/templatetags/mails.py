"""Template tags for mails, which have no request."""

from typing import Any

from django import template
from django.conf import settings
from wagtail import hooks

from campaigns.caching import cached
from campaigns.petitions.texts import organisation_name, site_colours

register = template.Library()


@register.simple_tag
def mail_look() -> dict[str, Any]:
    """The organisation in mails to signers and to staff: name, colours, logo or None, base_url.

    A higher layer registers a function for the hook `site_logo`, which gives a picture with its
    url, width and height; without a logo the mail draws the drop.
    """

    def read() -> Any:
        answers = (answer() for answer in hooks.get_hooks("site_logo"))
        return next(filter(None, answers), None)

    return {
        "name": organisation_name(),
        "colours": {name.replace("-", "_"): pair for name, pair in site_colours().items()},
        "logo": cached("site-logo", read),
        "base_url": settings.BASE_URL,
    }
