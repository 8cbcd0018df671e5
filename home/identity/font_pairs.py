"""The pairs of fonts, for headings and for text, from which an organisation can choose."""

import re
from functools import lru_cache

from django.db import models
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from home import stylesheets

FONT = re.compile(r'url\("\.\./(fonts/[^"]+)"\)')


class Faces(models.TextChoices):
    POSTER = "poster", _("like a poster: Sofia Sans Extra Condensed and Literata")
    PLAIN = "plain", _("plain: Oswald and Noto Sans")
    DEVICE = "device", _("the fonts of the reader’s device, for the lightest pages")


# The fonts that are visible first, in site/static/fonts, by pair and by language ("" is any other).
# The name of the site is in Latin letters in every language.
PRELOADED = {
    Faces.POSTER: {
        "": ["sofia-sans-extra-condensed-latin", "literata-latin-400", "literata-latin-700"],
        "ar": [
            *("sofia-sans-extra-condensed-latin", "lalezar-arabic"),
            *("noto-naskh-arabic-400", "noto-naskh-arabic-700"),
        ],
        "ru": [
            *("sofia-sans-extra-condensed-latin", "sofia-sans-extra-condensed-cyrillic"),
            *("literata-cyrillic-400", "literata-cyrillic-700"),
        ],
    },
    Faces.PLAIN: {
        "": ["oswald-latin", "noto-sans-latin-400", "noto-sans-latin-700"],
        "ar": ["oswald-latin", "noto-sans-arabic-400", "noto-sans-arabic-700"],
        "ru": [
            *("oswald-latin", "oswald-cyrillic"),
            *("noto-sans-cyrillic-400", "noto-sans-cyrillic-700"),
        ],
    },
}
# Email clients have no fonts but their own.
SERIF, SANS = "Georgia, 'Times New Roman', serif", "Arial, Helvetica, sans-serif"


def preloaded(faces: str, language: str) -> list[str]:
    """Return the paths of the fonts to preload, below STATIC_URL."""
    found = PRELOADED.get(Faces(faces), {})
    names = found.get(language, found.get("", []))
    return [f"fonts/{name}.woff2" for name in names]


@lru_cache
def rules(faces: str) -> str:
    """Return the CSS rules of a pair; "" for the default pair, whose rules all pages have."""
    if faces == Faces.POSTER:
        return ""
    sheet = stylesheets.minified(stylesheets.read(f"type/{faces}.css"))
    return FONT.sub(lambda found: f'url("{static(found[1])}")', sheet)


def in_mails(faces: str) -> str:
    """Return the font-family for the text of emails."""
    return SERIF if faces == Faces.POSTER else SANS
