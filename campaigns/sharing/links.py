"""Links for sharing a page: plain links, without the scripts or buttons of the networks."""

from collections.abc import Callable
from typing import NamedTuple, Protocol
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _


class Wording(Protocol):
    """The texts for sharing, as `campaigns.petitions.texts.Texts` has them."""

    share_subject: str
    share_mail: str
    share_message: str
    share_post: str


class Words(NamedTuple):
    """The suggested texts for sharing: in an email, in a message, in a public post."""

    subject: str
    mail: str
    message: str
    post: str


def words(texts: Wording, title: str) -> Words:
    """Return the text for each channel; `{title}`, the only placeholder, is replaced."""
    found = (texts.share_subject, texts.share_mail, texts.share_message, texts.share_post)
    return Words(*(text.replace("{title}", title).strip() for text in found))


def words_to_read(title: str) -> Words:
    """Return the texts for sharing a petition that cannot be signed now."""
    # Translators: a signer says this to friends, who may be few or many.
    message = _("Please read this: “%(title)s”") % {"title": title}
    return Words(title, message, message, title)


def sourced(url: str, source: str) -> str:
    """Return the URL with a source code, which names a channel and says nothing of the signer."""
    if not (url and source):
        return url
    page, hash_sign, part = url.partition("#")
    return f"{page}{'&' if '?' in page else '?'}source={source}{hash_sign}{part}"


# The codes of a share: those of `share_links`, and the code of the copied link.
SHARES = ("mail", "whatsapp", "telegram", "bluesky", "mastodon", "x", "facebook", "link")


def share_code(key: str, came_by: str) -> str:
    """Return the source code of a share by somebody who came by the code `came_by`.

    Somebody who came by a share and shares again passes on “whatsapp-2”, and so on up to 9: the
    number counts how often a link was passed on, and says nothing about who did it. A script does
    this on pages, since they are the same for everybody (static/js/source.js).
    """
    passed_on = generation(came_by)
    return f"{key}-{min(passed_on + 1, 9)}" if passed_on else key


def generation(source: str) -> int:
    """Return how often the link was passed on that somebody came by; 0 if it was not a share."""
    base, dash, number = source.partition("-")
    if base not in SHARES or (dash and number not in list("23456789")):
        return 0
    return int(number or 1)


def share_links(url: str, words: Words, *, came_by: str = "") -> list[tuple[str, str, str]]:
    """Return (key, label, URL) for each network; no network learns of the reader before a click.

    `came_by` is the code by which the person who shares came, if it is known.
    """
    networks: list[tuple[str, str, str, Callable[[str], dict[str, str]]]] = [
        (
            "mail",
            _("Email"),
            "mailto:?",
            lambda link: {"subject": words.subject, "body": f"{words.mail}\n\n{link}"},
        ),
        ("whatsapp", "WhatsApp", "https://wa.me/?", in_text(words.message)),
        ("telegram", "Telegram", "https://t.me/share/url?", apart(words.message)),
        ("bluesky", "Bluesky", "https://bsky.app/intent/compose?", in_text(words.post)),
        ("mastodon", "Mastodon", "https://share.joinmastodon.org/#", in_text(words.post)),
        ("x", "X", "https://x.com/intent/post?", apart(words.post)),
        (
            "facebook",
            "Facebook",
            "https://www.facebook.com/sharer/sharer.php?",
            lambda link: {"u": link},
        ),
    ]
    return [
        (
            key,
            label,
            address + urlencode(query(sourced(url, share_code(key, came_by))), quote_via=quote),
        )
        for key, label, address, query in networks
    ]


def in_text(words: str) -> Callable[[str], dict[str, str]]:
    return lambda link: {"text": f"{words} {link}"}


def apart(words: str) -> Callable[[str], dict[str, str]]:
    return lambda link: {"url": link, "text": words}
