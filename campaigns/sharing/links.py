"""Links to share a petition: plain links, without scripts or buttons of the networks."""

from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _


def sourced(url: str, source: str) -> str:
    """The URL with a source code, which says where a signer came from and nothing about them."""
    return f"{url}?source={source}" if source else url


def share_links(url: str, text: str) -> list[tuple[str, str, str]]:
    """(key, label, URL) for each network; no network hears of the reader before they click."""
    networks = [
        ("mail", _("Email"), "mailto:", {"subject": "{text}", "body": "{text} {url}"}),
        ("whatsapp", "WhatsApp", "https://wa.me/", {"text": "{text} {url}"}),
        ("telegram", "Telegram", "https://t.me/share/url", {"url": "{url}", "text": "{text}"}),
        ("bluesky", "Bluesky", "https://bsky.app/intent/compose", {"text": "{text} {url}"}),
        ("x", "X", "https://x.com/intent/post", {"url": "{url}", "text": "{text}"}),
        ("facebook", "Facebook", "https://www.facebook.com/sharer/sharer.php", {"u": "{url}"}),
    ]
    return [
        (key, label, f"{address}?{fill(query, text=text, url=sourced(url, key))}")
        for key, label, address, query in networks
    ]


def fill(query: dict[str, str], **words: str) -> str:
    filled = {name: value.format(**words) for name, value in query.items()}
    return urlencode(filled, quote_via=quote)
