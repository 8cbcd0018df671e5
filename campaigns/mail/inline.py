"""Mails that carry their pictures with them, so that opening one tells our server nothing.

The HTML names a picture by its URL, as the CMS shows it; what is sent has the picture itself.
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
# Twice the size at which mails show a logo, for sharp screens.
WIDEST, HIGHEST = 300, 76
# In the place of the condition that the screen is dark.
MEDIA = {True: "@media all", False: "@media not all"}
# In the tag of a picture that is sent as its file is, and not in the size of a logo.
AS_IT_IS = 'class="picture"'


class Picture(NamedTuple):
    content: bytes
    kind: str  # "png" or "jpeg"


class Mail(EmailMultiAlternatives):
    """A mail in plain text and HTML, with the pictures of the HTML.

    Its boundaries are random: Python's library would search the whole text for a free one.
    Overrides `message` of Django's EmailMessage.
    """

    # Django 6.1 returns an EmailMessage, as its stubs say; Django 5.2 another kind of Message.
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
    """The HTML of a mail as mail programs show it on a light or on a dark screen.

    In a frame the browser would choose by the screen of whoever looks at the preview.
    """
    head, end, body = html.partition("</head>")
    head = head.replace("@media (prefers-color-scheme: dark)", MEDIA[is_dark])
    return head.replace("light dark", "dark" if is_dark else "light") + end + body


def boundary() -> str:
    return f"=_{token_hex(16)}"


def embedded(html: str) -> tuple[str, list[Picture]]:
    """The HTML with its pictures by number, and the pictures; without those that are missing."""
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
    """Say once in the log that mails lack a picture."""
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
    """The name of a stored file by its URL; "" for a URL of another site."""
    media = urljoin(f"{settings.BASE_URL}/", settings.MEDIA_URL)
    return unquote(url.removeprefix(media)) if url.startswith(media) else ""


@lru_cache(maxsize=16)
def small(name: str) -> Picture:
    """The picture as a PNG in the size of mails. Raises OSError if its file is missing.

    A file that changes gets another name, since renditions are named after what they show.
    """
    with default_storage.open(name) as file, Image.open(file) as picture:
        shown = picture.convert("RGBA")
    shown.thumbnail((WIDEST, HIGHEST))
    out = BytesIO()
    shown.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), "png")


@lru_cache(maxsize=16)
def whole(name: str) -> Picture:
    """A stored JPEG as it is. Raises OSError if its file is missing."""
    with default_storage.open(name) as file:
        return Picture(file.read(), "jpeg")
