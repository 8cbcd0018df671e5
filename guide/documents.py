"""Reads the guides, docs/*.md, and writes them as HTML: one truth for repository and CMS.

The language of the CMS has a guide of its own where a file `docs/<language>/<name>.md` is there.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

# The guides that staff read in the CMS, in the order in which they are offered.
NAMES = ("editors", "managers", "glossary", "privacy")
WRITTEN_IN = "en"
# The folder of the pictures among the static files (STATICFILES_DIRS).
PICTURES = "guide"


class Section(NamedTuple):
    """A heading and what stands below it, up to the next one, without marks."""

    level: int
    anchor: str
    title: str
    text: str


class Guide(NamedTuple):
    name: str
    language: str
    title: str
    html: SafeString
    sections: list[Section]


# What stands in a guide as HTML is shown as text, and a link with a script is no link.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def read(name: str) -> Guide:
    """Return the guide in the active language, or in the one in which all are written."""
    language = translation.get_language() or WRITTEN_IN
    for path in (settings.GUIDES / language / f"{name}.md", settings.GUIDES / f"{name}.md"):
        if path.is_file():
            break
    spoken = language if path.parent != settings.GUIDES else WRITTEN_IN
    return render(path, spoken, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def render(path: Path, language: str, changed_at: int) -> Guide:
    """Return the guide in a file, read again if its `changed_at` differs."""
    tokens = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    title, tokens = without_title(tokens)
    for token in tokens:
        token.children = list(adapt(token.children or [])) or token.children
    sections = divide(tokens)
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return Guide(path.stem, language, title, mark_safe(html), sections)


def without_title(tokens: list[Token]) -> tuple[str, list[Token]]:
    """Return the first heading, which becomes that of the screen, and the rest."""
    title = plain(tokens[1])
    return title, tokens[3:]


def divide(tokens: list[Token]) -> list[Section]:
    """Return the sections of a guide. Each heading has the anchor that it has in the repository."""
    found: list[Section] = []
    for token, inside in zip(tokens, tokens[1:] + tokens[:1], strict=True):
        if token.type == "heading_open":
            text = plain(inside)
            token.attrSet("id", anchor(text))
            found.append(Section(int(token.tag[1:]), anchor(text), text, ""))
        elif token.type == "inline" and found and plain(token) != found[-1].title:
            found[-1] = found[-1]._replace(text=f"{found[-1].text} {plain(token)}".strip())
    return found


def plain(token: Token) -> str:
    """Return the words of a line, without marks."""
    words = {"text": "", "code_inline": "", "softbreak": " ", "hardbreak": " "}
    parts = [part for part in token.children or [] if part.type in words]
    return "".join(part.content or words[part.type] for part in parts).strip()


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it, so that a link holds in both places."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def adapt(tokens: list[Token]) -> Iterator[Token]:
    """Return the parts of a line with links and pictures that hold in the CMS.

    A link to a document that is not in the CMS becomes plain text.
    """
    open_links: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            url = target(str(token.attrGet("href") or ""))
            open_links.append(bool(url))
            if url:
                token.attrSet("href", url)
        if token.type == "image":
            show(token)
        if token.type == "link_close":
            if open_links.pop():
                yield token
        elif token.type != "link_open" or open_links[-1]:
            yield token


def target(href: str) -> str:
    """Where a link leads in the CMS; "" if it leads to a document that is not there."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path:
        return href
    name = parts.path.removesuffix(".md")
    if name not in NAMES:
        return ""
    return reverse("guide", args=[name]) + (f"#{parts.fragment}" if parts.fragment else "")


def show(token: Token) -> None:
    """Give a picture its URL in the CMS and its size, so that nothing moves when it arrives.

    The guide is read without a picture whose file is missing.
    """
    name = Path(str(token.attrGet("src"))).name
    path = settings.GUIDES / "images" / name
    token.attrSet("src", static(f"{PICTURES}/{name}"))
    if path.is_file():
        with Image.open(path) as picture:
            token.attrSet("width", str(picture.width))
            token.attrSet("height", str(picture.height))
    token.attrSet("loading", "lazy")
