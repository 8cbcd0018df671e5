"""Emails with inline images, so that opening an email makes no request to our server.

The HTML refers to images by URL, as the CMS shows them; the email contains the images themselves.
"""

import logging
import re
from collections.abc import Iterator
from email.message import Message
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from functools import lru_cache
from io import BytesIO
from secrets import token_hex
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from PIL import Image

log = logging.getLogger(__name__)

PICTURE = re.compile(r'<img [^>]*src="([^"]+)"[^>]*>')
# Twice the size at which emails show a logo, for high-resolution screens.
WIDEST, HIGHEST = 300, 76
# Replaces the media query for dark screens.
MEDIA = {True: "@media all", False: "@media not all"}
# In the tag of an image that is embedded unchanged, instead of in the size of a logo.
AS_IT_IS = 'class="picture"'


class Picture(NamedTuple):
    content: bytes
    kind: str  # "png" or "jpeg"


class Mail(EmailMultiAlternatives):
    """An email in plain text and HTML, with the images of the HTML.

    Its boundaries are random: Python's library would search the whole text to find a free one.
    Overrides `message` of Django's EmailMessage.
    """

    # Django 6.1 returns an EmailMessage, as its stubs say; Django 5.2 returns another class.
    def message(self, **options: Any) -> Message:  # type: ignore[override]
        written: list[Any] = self.alternatives  # named tuples, which the stubs do not say
        html, pictures = embedded(str(written[0].content))
        self.alternatives = [written[0]._replace(content=html), *written[1:]]
        try:
            message: Message = super().message(**options)
        finally:
            self.alternatives = written
        message.set_boundary(boundary())
        if pictures:
            parts = message.get_payload()
            assert isinstance(parts, list)  # the plain text and the HTML
            related = MIMEMultipart("related", boundary())
            for part in (parts[-1], *attached(pictures)):
                related.attach(part)
            parts[-1] = related
        return message


def as_shown(html: str, *, is_dark: bool) -> str:
    """Return the HTML of an email as mail programs show it on a light or on a dark screen.

    Otherwise the colour scheme of the person who looks at the preview would decide.
    """
    head, end, body = html.partition("</head>")
    head = head.replace("@media (prefers-color-scheme: dark)", MEDIA[is_dark])
    return head.replace("light dark", "dark" if is_dark else "light") + end + body


def boundary() -> str:
    return f"=_{token_hex(16)}"


def embedded(html: str) -> tuple[str, list[Picture]]:
    """Return the HTML with its images as numbered references, and the images.

    Images whose files are missing are removed.
    """
    found: list[Picture] = []

    def by_number(match: re.Match[str]) -> str:
        if not (name := stored_name(match[1])):
            return match[0]
        try:
            found.append(whole(name) if AS_IT_IS in match[0] else small(name))
        except OSError as error:
            tell_missing(name, type(error).__name__)
            return ""
        return match[0].replace(match[1], f"cid:picture-{len(found)}")

    return PICTURE.sub(by_number, html), found


@lru_cache(maxsize=100)
def tell_missing(name: str, why: str) -> None:
    """Log once that emails lack an image."""
    log.warning("Emails are sent without the picture %s: %s", name, why)


def attached(pictures: list[Picture]) -> Iterator[MIMEImage]:
    for number, picture in enumerate(pictures, 1):
        part = MIMEImage(picture.content, picture.kind)
        part["Content-ID"] = f"<picture-{number}>"
        part.add_header(
            "Content-Disposition", "inline", filename=f"picture-{number}.{picture.kind}"
        )
        yield part


def stored_name(url: str) -> str:
    """Return the name of a stored file by its URL; "" for a URL of another site."""
    media = urljoin(f"{settings.BASE_URL}/", settings.MEDIA_URL)
    return unquote(url.removeprefix(media)) if url.startswith(media) else ""


@lru_cache(maxsize=16)
def small(name: str) -> Picture:
    """Return the image as a PNG in the size for emails. Raise OSError if its file is missing.

    It can be cached, since renditions are named after their content: a changed image has another
    name.
    """
    with default_storage.open(name) as file, Image.open(file) as picture:
        shown = picture.convert("RGBA")
    shown.thumbnail((WIDEST, HIGHEST))
    out = BytesIO()
    shown.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), "png")


@lru_cache(maxsize=16)
def whole(name: str) -> Picture:
    """Return a stored JPEG unchanged. Raise OSError if its file is missing."""
    with default_storage.open(name) as file:
        return Picture(file.read(), "jpeg")
