"""Links to share a page: plain links, without scripts or buttons of the networks."""

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
    """What is proposed to somebody who shares: in a mail, in a message, in a public post."""

    subject: str
    mail: str
    message: str
    post: str


def words(texts: Wording, title: str) -> Words:
    """The words of each channel; `{title}` stands for the title, and nothing else is filled in."""
    found = (texts.share_subject, texts.share_mail, texts.share_message, texts.share_post)
    return Words(*(text.replace("{title}", title).strip() for text in found))


def words_to_read(title: str) -> Words:
    """The same for what cannot be signed now."""
    message = _("Please read this: “%(title)s”") % {"title": title}
    return Words(title, message, message, title)


def sourced(url: str, source: str = "") -> str:
    """The URL with a source code, which says where a signer came from and nothing about them."""
    if not source:
        return url
    page, hash_sign, part = url.partition("#")
    return f"{page}{'&' if '?' in page else '?'}source={source}{hash_sign}{part}"


# The codes of a share: those of `share_links`, and that of the link alone.
SHARES = ("mail", "whatsapp", "telegram", "bluesky", "mastodon", "x", "facebook", "link")


def share_code(key: str, came_by: str = "") -> str:
    """The source code of a share by somebody who came by the code `came_by`.

    Who came by a share and shares in turn passes on “whatsapp-2”, and so on up to 9: it counts how
    often a link was passed on, and says nothing of who did it. Pages leave this to a script, since
    they are the same for everybody (static/js/source.js).
    """
    base, _, number = came_by.partition("-")
    if base not in SHARES or (number and number not in "23456789"):
        return key
    return f"{key}-{min(int(number or 1) + 1, 9)}"


def generation(source: str) -> int:
    """How often the link was passed on by which somebody came; 0 for what is not a share."""
    base, _, number = source.partition("-")
    if base not in SHARES or (number and number not in list("23456789")):
        return 0
    return int(number or 1)


def share_links(url: str, words: Words, *, came_by: str = "") -> list[tuple[str, str, str]]:
    """(key, label, URL) for each network; no network hears of the reader before they click.

    `came_by` is the code by which the one who shares came, where that is known.
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
