"""The site's style sheet: many files for those who write it, one for browsers.

`site/static/css/site.css` imports its parts in the order in which they apply. A browser that read
it as it is would look the same, after some forty more requests.
"""

import posixpath
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage

SOURCES = settings.ROOT / "site" / "static"
SHEET = "css/site.css"
BUILT = settings.VAR / "sheets"
COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
IMPORT = re.compile(r'@import url\("([^"]+)"\);\n+')
URL = re.compile(r'url\("([^"]+)"\)')


def read(part: str) -> str:
    """A part of the style sheet by its path in css/, without comments, as it stands in the whole:
    its URLs are relative to css/."""
    text = COMMENT.sub("", (SOURCES / "css" / part).read_text())
    folder = posixpath.dirname(part)
    return URL.sub(lambda url: f'url("{posixpath.normpath(posixpath.join(folder, url[1]))}")', text)


def whole() -> str:
    """The style sheet with its parts in the places where it imports them, without comments."""
    sheet = COMMENT.sub("", (SOURCES / SHEET).read_text())
    return IMPORT.sub(lambda found: read(found[1]), sheet)


def build() -> Path:
    """Write the whole style sheet, where it is not what was written before."""
    text, path = whole(), BUILT / SHEET
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another thread or process may be reading it, or writing it too.
        new = path.with_name(f"{uuid.uuid4()}.css")
        new.write_text(text)
        new.replace(path)
    return path


class Finder(FileSystemFinder):
    """Finds static files as Django does, but for the style sheet, which it finds whole."""

    def find(self, path: str, find_all: bool = False) -> str | list[str]:
        if path != SHEET:
            return super().find(path, find_all)
        return [str(build())] if find_all else str(build())

    def list(self, ignore_patterns: list[str] | None) -> Iterator[tuple[str, Storage]]:
        build()
        for path, storage in super().list(ignore_patterns):
            yield path, FileSystemStorage(BUILT) if path == SHEET else storage
