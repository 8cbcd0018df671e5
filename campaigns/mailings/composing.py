"""Composes mailings: once for all, when they are submitted; then for each signer by replacement.

What differs from signer to signer stands in the frozen mail as a place in curly brackets. Nothing
else is composed when it is sent, so nothing that changes meanwhile can change the mail.
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
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText, expand_db_html

from campaigns.blocks.story import fetch
from campaigns.bounces import return_path
from campaigns.mail import placeholders
from campaigns.mail.inline import Mail
from campaigns.mailings import links
from campaigns.mailings.mailing import Mailing, Recipient
from campaigns.mailings.plain import plain
from campaigns.signatures import tokens
from campaigns.signatures.public_comments import first_name
from campaigns.signatures.public_signers import is_unspaced
from campaigns.signatures.signature import Signature

PLACE = re.compile(r"\{(name|petition|unsubscribe_url|manage_url)\}")
RELATIVE = re.compile(r'(href|src)="(/[^"]*)"')
# The width of the text of a mail, and the rendition of a picture in it.
WIDTH = 512
PICTURE = "max-1024x1024|format-jpeg|jpegquality-70"


class Frozen(NamedTuple):
    """A mailing as text and HTML, with places for what differs from signer to signer."""

    text: str
    html: str


def freeze(mailing: Mailing) -> Frozen:
    """The mail as it stands now, in the language of the mailing."""
    with translation.override(mailing.language):
        fetch(mailing.body)
        context: dict[str, Any] = {
            "subject": mailing.subject,
            "preheader": mailing.preheader,
            "blocks": [shown(block) for block in mailing.body],
            **{name: f"{{{name}}}" for name in ("petition", "unsubscribe_url", "manage_url")},
        }
        html = render_to_string("mails/mailing.html", context)
        text = render_to_string("mails/mailing.txt", context)
    # The concatenation makes a normal string of what Django marks as safe for HTML.
    return Frozen(text + "", RELATIVE.sub(absolute, html + ""))


def shown(block: StreamValue.StreamChild) -> dict[str, Any]:
    """What the templates show of a block."""
    value = block.value
    if isinstance(value, RichText):
        html = RELATIVE.sub(absolute, expand_db_html(value.source))
        return {"kind": "text", "html": html, "plain": plain(html)}
    if block.block_type == "call_to_action":
        url = urljoin(settings.BASE_URL, value.link_url)
        return {"kind": "link", "text": value["text"], "label": value["label"], "url": url}
    if block.block_type == "image":
        found = value["image"]  # None once somebody has deleted the picture
        return {"kind": "image", "value": value, **picture(found)} if found else {}
    return {"kind": block.block_type, "value": value}


def picture(image: AbstractImage) -> dict[str, Any]:
    """A picture in twice the width of a mail, for sharp screens; it is sent within the mail."""
    rendition = image.get_rendition(PICTURE)
    width = min(WIDTH, rendition.width)
    height = round(rendition.height * width / rendition.width)
    return {"url": rendition.full_url, "width": width, "height": height, "alt": rendition.alt}


def absolute(match: re.Match[str]) -> str:
    return f'{match[1]}="{urljoin(settings.BASE_URL, match[2])}"'


def frozen(mailing: Mailing) -> Frozen:
    """What was submitted; of a draft what would be."""
    return freeze(mailing) if mailing.is_draft else Frozen(mailing.text, mailing.html)


def compose(mailing: Mailing, signature: Signature, recipient: Recipient) -> Mail:
    """The mail to one signer, with the headers by which a mailbox unsubscribes in one step."""
    assert signature.email  # `audience.still_reached` has made sure
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
        # RFC 8058: the mail program itself sends a POST to this address.
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Message-ID": f"<mailing-{mailing.pk}-{recipient.pk}@{host}>",
    }
    return_path.put(mail, signature.pk, mailing=mailing.pk)
    return mail


def sample(mailing: Mailing, *, name: str, email: str) -> Mail:
    """The mail as a signer with this name would get it; its own links do not work."""
    tally = mailing.tallies.select_related("petition").first()
    dead = tokens.link(links.PURPOSE, "test")
    values = {
        "name": called(name) or mailing.fallback,
        "petition": tally.petition.title if tally else "",
        "unsubscribe_url": dead,
        "manage_url": dead,
    }
    return written(mailing, frozen(mailing), values, to=email)


def written(mailing: Mailing, parts: Frozen, values: Mapping[str, str], *, to: str) -> Mail:
    mail = Mail(
        subject=mailing.subject,
        body=placeholders.filled(pieces(parts.text), values),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    escaped = {name: escape(value) for name, value in values.items()}
    mail.attach_alternative(placeholders.filled(pieces(parts.html), escaped), "text/html")
    return mail


@lru_cache(maxsize=8)
def pieces(whole: str) -> list[str]:
    """A frozen text in pieces, with the name of a place at every second index."""
    return PLACE.split(whole)


def called(name: str) -> str:
    """The first name by which to call somebody; "" where we cannot tell it from the rest."""
    first = first_name(name)
    return "" if not first or is_unspaced(first) else first
