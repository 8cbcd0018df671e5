"""Joins the parts of the site's style sheet into one file for browsers.

`site/static/css/site.css` imports its parts in the order in which they apply. A browser could read
it as it stands, and would show the same page after some forty more requests.
"""

import posixpath
import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage

SOURCES = settings.ROOT / "site" / "static"
SHEET = "css/site.css"
BUILT = settings.VAR / "sheets"
COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
INDENT = re.compile(r"\n\s+")
IMPORT = re.compile(r'@import url\("([^"]+)"\);\n+')
SPACES = re.compile(r"\s*([{};,])\s*")
PROPERTY = re.compile(r"(?<=[{;])([\w-]+): ")
CHILD, NOUGHT = re.compile(r" > "), re.compile(r"(?<![\w.#-])0(?=\.\d)")
URL = re.compile(r'url\("([^"]+)"\)')


def read(part: str) -> str:
    """A part of the style sheet by its path below css/, without comments and indentation.

    Its URLs are made relative to css/, where the joined style sheet lies.
    """
    text = INDENT.sub("\n", COMMENT.sub("", (SOURCES / "css" / part).read_text()))
    folder = posixpath.dirname(part)
    return URL.sub(lambda url: f'url("{posixpath.normpath(posixpath.join(folder, url[1]))}")', text)


def whole() -> str:
    """The joined style sheet, without comments: each import is replaced by the imported part."""
    sheet = COMMENT.sub("", (SOURCES / SHEET).read_text())
    return IMPORT.sub(lambda found: read(found[1]), sheet)


def tight(sheet: str) -> str:
    """The style sheet without the spaces, line breaks and noughts that only people need."""
    sheet = PROPERTY.sub(r"\1:", SPACES.sub(r"\1", sheet))
    return NOUGHT.sub("", CHILD.sub(">", sheet))


def build() -> Path:
    """Write the joined style sheet if it has changed; return its path."""
    text, path = tight(whole()), BUILT / SHEET
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another thread or process may be reading the file, or writing it as well.
        new = path.with_name(f"{uuid.uuid4()}.css")
        new.write_text(text)
        new.replace(path)
    return path


class Finder(FileSystemFinder):
    """Django's finder of static files, which finds the joined style sheet in place of its source.

    Overrides `find` and `list` of FileSystemFinder.
    """

    # The stubs of Django have one overload for each value of `find_all`.
    def find(  # type: ignore[override]
        self, path: str, find_all: bool = False
    ) -> str | list[str] | None:
        if path != SHEET:
            return super().find(path, True) if find_all else super().find(path)
        return [str(build())] if find_all else str(build())

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        build()
        for path, storage in super().list(ignore_patterns):
            yield path, FileSystemStorage(BUILT) if path == SHEET else storage
