"""Serve the style sheet and the scripts in the form that browsers need, instead of the sources.

In development and tests they are built when they are requested, for production by `collectstatic`
(docs/adr/0017-one-style-sheet-from-many-files.md).
"""

import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage

from home import scripts, stylesheets

BUILT = settings.VAR / "built"


def is_built(path: str) -> bool:
    return path == stylesheets.SHEET or (
        path.startswith(scripts.FOLDER) and (stylesheets.SOURCES / path).is_file()
    )


def build(path: str) -> Path:
    """Write the file if it has changed; return its path."""
    if path == stylesheets.SHEET:
        text = stylesheets.minified(stylesheets.whole())
    else:
        text = scripts.minified((stylesheets.SOURCES / path).read_text())
    built = Path(BUILT / path)
    if not built.exists() or built.read_text() != text:
        built.parent.mkdir(parents=True, exist_ok=True)
        # Another thread or process may be reading or writing the file at the same time.
        new = built.with_name(f"{uuid.uuid4()}{built.suffix}")
        new.write_text(text)
        new.replace(built)
    return built


class Finder(FileSystemFinder):
    """Django's finder of static files, which finds built files instead of their sources.

    Overrides `find` and `list` of FileSystemFinder.
    """

    # The stubs of Django have one overload for each value of `find_all`.
    def find(  # type: ignore[override]
        self, path: str, find_all: bool = False
    ) -> str | list[str] | None:
        if not is_built(path):
            return super().find(path, True) if find_all else super().find(path)
        return [str(build(path))] if find_all else str(build(path))

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path, storage in super().list(ignore_patterns):
            if is_built(path):
                build(path)
            yield path, FileSystemStorage(BUILT) if is_built(path) else storage
