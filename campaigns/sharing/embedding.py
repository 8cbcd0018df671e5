"""What another site needs to embed a petition: the frame, and the configuration for oEmbed."""

import json
import re
from urllib.parse import urlencode

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.petitions.petition import Petition

# In pixels, until the script has set the height that the frame needs.
WIDTH, HEIGHT = 640, 900
NARROWEST = 280


def is_offered(petition: Petition) -> bool:
    return bool(petition.original.framing_sites)


def frame_url(petition: Petition) -> str:
    return settings.BASE_URL + petition.url_path(framed=True)


def endpoint() -> str:
    """Return the URL at which other sites query how to embed a URL of this site (oEmbed 1.0)."""
    return f"{settings.BASE_URL}/oembed/"


def oembed_url(petition: Petition) -> str:
    return f"{endpoint()}?{urlencode({'url': petition.full_url, 'format': 'json'})}"


def script_url() -> str:
    """Return the URL of the script that sets the height of a frame.

    The URL contains no hash of the file and never changes, since other sites' pages contain it.
    """
    return f"{settings.BASE_URL}{settings.STATIC_URL}js/embed.js"


def frame_html(petition: Petition, *, width: int = WIDTH, height: int = HEIGHT) -> SafeString:
    """Return the HTML of the frame, with the script that sets its height. Sizes are in pixels.

    The frame may use the device's own sharing, and copy the link, for the page of thanks.
    """
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" style="border:0;max-width:100%" '
        'allow="web-share; clipboard-write" loading="lazy"></iframe>'
        '<script async src="{}"></script>',
        frame_url(petition),
        petition.title,
        width,
        height,
        script_url(),
    )


def wordpress_line() -> str:
    """Return the line of PHP for a plugin or the functions.php of a WordPress site.

    It makes this site a trusted provider. WordPress sandboxes the frames of other providers, and
    the form would not work in a sandbox.
    """
    return f"wp_oembed_add_provider('{settings.BASE_URL}/*', '{endpoint()}');"


def wagtail_finder() -> str:
    """Return the lines for the settings of another Wagtail site.

    The setting replaces Wagtail's own list, so its second entry keeps all other embeds. The comment
    is for the administrators of that site, who see these lines alone.
    """
    ours = re.escape(settings.BASE_URL).replace(r"\-", "-")
    provider = {"endpoint": endpoint(), "urls": [f"^{ours}/.+$"]}
    usual = {"class": "wagtail.embeds.finders.oembed"}
    entries = [json.dumps({**usual, "providers": [provider]}), json.dumps(usual)]
    return "\n".join(
        [
            "# If the settings have this list already, add only the first entry to it, at its top.",
            "WAGTAILEMBEDS_FINDERS = [",
            *(f"    {entry}," for entry in entries),
            "]",
        ]
    )
