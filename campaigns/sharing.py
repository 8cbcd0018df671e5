"""Ways to pass a petition on, as plain links: nobody's script, nobody's button."""

from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _


def share_links(url: str, text: str) -> list[tuple[str, str, str]]:
    """(key, label, address) for each way; nobody is told before the reader follows one."""
    both = f"{text} {url}"
    ways = [
        ("mail", _("Email"), "mailto:", {"subject": text, "body": both}),
        ("whatsapp", "WhatsApp", "https://wa.me/", {"text": both}),
        ("telegram", "Telegram", "https://t.me/share/url", {"url": url, "text": text}),
        ("bluesky", "Bluesky", "https://bsky.app/intent/compose", {"text": both}),
        ("x", "X", "https://x.com/intent/post", {"url": url, "text": text}),
        ("facebook", "Facebook", "https://www.facebook.com/sharer/sharer.php", {"u": url}),
    ]
    return [
        (key, label, f"{address}?{urlencode(query, quote_via=quote)}")
        for key, label, address, query in ways
    ]
