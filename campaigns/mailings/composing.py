"""Composes mailings: rendered once when they are submitted, then personalised by replacement.

The frozen email has placeholders for what differs between signers. Nothing else is composed when it
is sent, so later changes cannot affect the email.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText, expand_db_html

from campaigns.blocks.links import drafts_too
from campaigns.blocks.plain_text import plain
from campaigns.blocks.story import fetch
from campaigns.bounces import return_path
from campaigns.mail import placeholders
from campaigns.mail.inline import Mail
from campaigns.mailings import links
from campaigns.mailings.mailing import Mailing, Recipient
from campaigns.pages.images import Rendition
from campaigns.signatures import tokens
from campaigns.signatures.public_comments import first_name
from campaigns.signatures.public_signers import BEGINNINGS, is_unspaced, is_word
from campaigns.signatures.signature import Signature, signed_petition

# How a placeholder is stored. `stored` leaves these characters in no text of the editors.
BEGIN, END = "\ue000", "\ue001"
PLACE = re.compile(f"{BEGIN}(name|petition|unsubscribe_url|manage_url){END}")
TYPED_NAME = "{name}"  # the only placeholder that editors can type
BETWEEN_WORDS = re.compile(r"([\s<>]+)")
# A word with one of these may be an address; mail programs make links of words, too.
OF_ADDRESS = re.compile(r"[/@]|\.[\w{]")
RELATIVE = re.compile(r'(href|src)="(/[^"]*)"')
# The width of an email's text, and the rendition of an image in it.
WIDTH = 512
PICTURE = "max-1024x1024|format-jpeg|jpegquality-70"


class Frozen(NamedTuple):
    """A mailing as text and HTML, with placeholders for what differs between signers."""

    text: str
    html: str


def freeze(mailing: Mailing) -> Frozen:
    """Render the email from its current content, in the language of the mailing."""
    with translation.override(mailing.language), drafts_too():
        fetch(mailing.body)
        context: dict[str, Any] = {
            "subject": mailing.subject,
            "preheader": mailing.preheader,
            "blocks": [shown(block) for block in mailing.body],
            **{
                name: placeholders.place(name)
                for name in ("petition", "unsubscribe_url", "manage_url")
            },
        }
        html = render_to_string("mails/mailing.html", context)
        text = render_to_string("mails/mailing.txt", context)
    return Frozen(stored(text), RELATIVE.sub(absolute, stored(html)))


def stored(rendered: str) -> str:
    """Return a rendered email with its placeholders as they are stored.

    These are ours, and the name where editors have typed it. What else looks like a placeholder is
    a text: the signer's links must not become part of a link to another site.
    """
    pieces = placeholders.PLACE.split(rendered)
    pieces[1::2] = [place(name) for name in pieces[1::2]]
    typed = (piece.replace(BEGIN, "").replace(END, "") for piece in pieces[::2])
    pieces[::2] = map(with_name, typed)
    return "".join(pieces)


def with_name(typed: str) -> str:
    """Return the text or HTML with the place of the name, except in what may be an address."""
    words = BETWEEN_WORDS.split(typed)
    words[::2] = [
        word if OF_ADDRESS.search(word) else word.replace(TYPED_NAME, place("name"))
        for word in words[::2]
    ]
    return "".join(words)


def place(name: str) -> str:
    return f"{BEGIN}{name}{END}"


def shown(block: StreamValue.StreamChild) -> dict[str, Any]:
    """Return the template context of a block; {} for a picture that cannot be shown."""
    value = block.value
    if isinstance(value, RichText):
        html = RELATIVE.sub(absolute, expand_db_html(value.source))
        return {"kind": "text", "html": html, "plain": plain(html)}
    if block.block_type == "call_to_action":
        url = urljoin(settings.BASE_URL, value.link_url)
        return {"kind": "link", "text": value["text"], "label": value["label"], "url": url}
    if block.block_type == "image":
        image = value["image"]  # None if it was deleted
        rendition = image and image.shown(PICTURE)
        return {"kind": "image", "value": value, **picture(rendition)} if rendition else {}
    return {"kind": block.block_type, "value": value}


def picture(rendition: Rendition) -> dict[str, Any]:
    """Return an image in twice the width of an email, for high-resolution screens; it is inline."""
    width = min(WIDTH, rendition.width)
    height = round(rendition.height * width / rendition.width)
    # No placeholder is looked for in descriptions, which are written elsewhere.
    alt = rendition.alt.replace("{", "(").replace("}", ")")
    return {"url": rendition.full_url, "width": width, "height": height, "alt": alt}


def absolute(match: re.Match[str]) -> str:
    return f'{match[1]}="{urljoin(settings.BASE_URL, match[2])}"'


def frozen(mailing: Mailing) -> Frozen:
    """Return what was submitted or, for a draft, what would be."""
    return freeze(mailing) if mailing.is_draft else Frozen(mailing.text, mailing.html)


def compose(mailing: Mailing, signature: Signature, recipient: Recipient) -> Mail:
    """Compose the email to one signer, with the headers for one-click unsubscribing."""
    assert signature.email  # checked by `audience.still_reached`
    url = links.unsubscribe_url(signature, mailing)
    values = {
        "name": called(signature.name or "") or mailing.fallback,
        "petition": signature.petition.title,
        "unsubscribe_url": url,
        "manage_url": tokens.link("manage", signature.token("manage")),
    }
    mail = written(mailing, frozen(mailing), values, to=signature.email)
    host = urlsplit(settings.BASE_URL).hostname
    mail.extra_headers |= {
        # RFC 8058: the mail program itself sends a POST request to this URL.
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Message-ID": f"<mailing-{mailing.pk}-{recipient.pk}@{host}>",
    }
    return_path.put(mail, signature.pk, mailing=mailing.pk)
    return mail


def sample(mailing: Mailing, *, name: str, email: str) -> Mail:
    """Return a sample of the email to a signer with this name; its personal links do not work."""
    title = ""
    if tally := mailing.tallies.first():
        key, original = tally.translation_key, tally.petition_id
        title = signed_petition(key, original, language=mailing.language).title
    dead = tokens.link(links.PURPOSE, "test")
    values = {
        "name": called(name) or mailing.fallback,
        "petition": title,
        "unsubscribe_url": dead,
        "manage_url": dead,
    }
    return written(mailing, frozen(mailing), values, to=email)


def written(mailing: Mailing, parts: Frozen, values: Mapping[str, str], *, to: str) -> Mail:
    mail = Mail(
        # The heading of an update, with which a mailing may begin, may have line breaks.
        subject=" ".join(mailing.subject.split()),
        body=placeholders.filled(pieces(parts.text), values),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    escaped = {name: escape(value) for name, value in values.items()}
    mail.attach_alternative(placeholders.filled(pieces(parts.html), escaped), "text/html")
    return mail


@lru_cache(maxsize=8)
def pieces(whole: str) -> list[str]:
    """Split a frozen text, with the name of a placeholder at every second index."""
    return PLACE.split(whole)


def called(name: str) -> str:
    """Return the first name to address somebody by; "" if it cannot be determined."""
    first, second, *_ = *name.split(), "", ""
    if first.casefold() in BEGINNINGS:
        # A name of three words, such as Abd el Kader, has an article of two letters.
        return f"{first} {second}" if is_word(second) and len(second) > 2 else ""
    first = first_name(name)
    return "" if not first or is_unspaced(first) else first
