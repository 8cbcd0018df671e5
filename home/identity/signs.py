"""The sign of a site, which fills as people sign: the drop, a plain circle, or a custom picture."""

from functools import lru_cache

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from PIL import Image

from campaigns.pages.images import Rendition


class Sign(models.TextChoices):
    DROP = "drop", _("the drop of this software")
    ROUND = "round", _("a plain circle")
    OWN = "own", _("our own symbol")


# The selectors with the drop: large enough for a picture; small; and as decoration of an empty
# area.
LARGE = (".drop", ".signers-milestone::before", ".timeline li::after")
SMALL = (".demands li::before", ".welcome h1::after")
AREAS = {"components": ".card-blank::before", "layout": ".message::before"}


def rules(sign: str, mask: str) -> str:
    """Return the CSS rules that draw a sign instead of the drop; "" for the drop.

    `mask` is the path of the picture below MEDIA_URL; its opaque parts are the sign.
    """
    if sign == Sign.DROP:
        return ""
    circle = static("icons/circle.svg")
    own = f"{settings.MEDIA_URL}{mask}" if sign == Sign.OWN else ""
    # The ring beside the language has the point of the drop.
    lines = ["@layer layout { .languages summary::before { border-radius: 50%; } }\n"]
    lines.append(rule("components", ", ".join(SMALL), circle))
    lines.append(rule("components", ", ".join(LARGE), own or circle))
    lines += [rule(layer, selector, own) for layer, selector in AREAS.items()]
    return "".join(lines)


def rule(layer: str, selector: str, url: str) -> str:
    shown = (
        f'-webkit-mask-image: url("{url}"); mask-image: url("{url}");' if url else "content: none;"
    )
    return f"@layer {layer} {{ {selector} {{ {shown} }} }}\n"


def has_outline(picture: Rendition) -> bool:
    """Return whether a picture has fully transparent parts; False if its file cannot be read."""
    try:
        return outlined(picture.file.name)
    except OSError:  # If the storage is unavailable, do not cache the answer.
        return False


@lru_cache(20)
def outlined(name: str) -> bool:
    """Return whether a file has fully transparent parts; cached, as renditions never change."""
    try:
        with default_storage.open(name) as file:
            return Image.open(file).convert("RGBA").getchannel("A").histogram()[0] > 0
    except FileNotFoundError:
        return False
