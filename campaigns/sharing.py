"""Ways to pass a petition on, as plain links: nobody's script, nobody's button."""

from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _


def share_links(url: str, text: str) -> list[tuple[str, str, str]]:
    """(key, label, address) for each way; opening one tells nobody until the reader sends."""
    both = f"{text} {url}"
    return [
        ("mail", _("Email"), f"mailto:?{urlencode({'subject': text, 'body': both}, quote_via=quote)}"),
        ("whatsapp", "WhatsApp", f"https://wa.me/?{urlencode({'text': both})}"),
        ("telegram", "Telegram", f"https://t.me/share/url?{urlencode({'url': url, 'text': text})}"),
        ("bluesky", "Bluesky", f"https://bsky.app/intent/compose?{urlencode({'text': both})}"),
        ("x", "X", f"https://x.com/intent/post?{urlencode({'url': url, 'text': text})}"),
        ("facebook", "Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': url})}"),
    ]
