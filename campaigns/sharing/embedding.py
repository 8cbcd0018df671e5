"""What another site needs to show a petition of ours: the frame, and who vouches for it."""

import json
import re
from urllib.parse import urlencode

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.petitions.petition import Petition

# Until the frame says how tall it is.
WIDTH, HEIGHT = 640, 900
NARROWEST = 280


def is_offered(petition: Petition) -> bool:
    return bool(petition.original.framing_sites)


def frame_url(petition: Petition) -> str:
    return settings.BASE_URL + petition.url_path(framed=True)


def endpoint() -> str:
    """Where other sites ask what to show for an address of ours (oEmbed 1.0)."""
    return f"{settings.BASE_URL}/oembed/"


def oembed_url(petition: Petition) -> str:
    return f"{endpoint()}?{urlencode({'url': petition.full_url, 'format': 'json'})}"


def script_url() -> str:
    """The script that gives a frame its height; under a name that stays, for it stands in pages."""
    return f"{settings.BASE_URL}{settings.STATIC_URL}js/embed.js"


def frame_html(petition: Petition, *, width: int = WIDTH, height: int = HEIGHT) -> SafeString:
    """The frame, and the one line of script that lets it be as tall as it needs to be."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" style="border:0;max-width:100%" '
        'loading="lazy"></iframe><script async src="{}"></script>',
        frame_url(petition),
        petition.title,
        width,
        height,
        script_url(),
    )


def wordpress_line() -> str:
    """For a plugin or functions.php: trusts us, so that the frame may hold the form."""
    return f"wp_oembed_add_provider('{settings.BASE_URL}/*', '{endpoint()}');"


def wagtail_finder() -> str:
    """For the settings of a Wagtail site."""
    ours = re.escape(settings.BASE_URL).replace(r"\-", "-")
    provider = {"endpoint": endpoint(), "urls": [f"^{ours}/.+$"]}
    finder = {"class": "wagtail.embeds.finders.oembed", "providers": [provider]}
    return f"WAGTAILEMBEDS_FINDERS = [\n    {json.dumps(finder)},\n]"
