"""The pack for handing over: a ZIP with a document, the same names as files, and checksums."""

import hashlib
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.exports import csv, later_exports, rows, xlsx
from campaigns.exports.rows import PIECE, Piece
from campaigns.exports.shapes import HANDOVER
from campaigns.handover import document, snapshot
from campaigns.handover.snapshot import Snapshot
from campaigns.paragraphs import labelled
from campaigns.petitions.petition import Petition

Advance = Callable[[int], None]
MANIFEST = "manifest.txt"
# The share of each file in the work, in per cent; the document needs most of it.
SHARES = {"csv": 5, "xlsx": 30, "pdf": 65}


class Unpublished(Exception):
    """The petition has no version, so nobody has signed anything."""


def made(petition: Petition, *, advance: Advance) -> Generator[Piece, None, None]:
    """Return the ZIP in pieces; the first comes when it is complete. Requires a transaction.

    It is in the language of the petition's row. An exception from `advance` ends it. Raise
    Unpublished if the petition has no version.
    """
    if petition.version is None:
        raise Unpublished
    with tempfile.TemporaryFile() as file:
        with translation.override(petition.locale.language_code):
            found = snapshot.collect(petition)
            write(file, petition, found, advance=advance)
        file.seek(0)
        number = found.named
        while content := file.read(PIECE):
            yield Piece(content, number)
            number = 0


def write(file: IO[bytes], petition: Petition, found: Snapshot, *, advance: Advance) -> None:
    """Write the files into the ZIP one after another, and their checksums at the end."""
    sums: dict[str, str] = {}
    stem = petition.slug
    with ZipFile(file, "w") as archive:

        def add(name: str, contents: Iterable[bytes], *, method: int = ZIP_STORED) -> None:
            digest, about = hashlib.sha256(), ZipInfo(name, timezone.localtime().timetuple()[:6])
            about.compress_type = method
            with archive.open(about, "w") as entry:
                for content in contents:
                    digest.update(content)
                    entry.write(content)
            sums[name] = digest.hexdigest()

        add(f"{stem}.csv", csv_of(found), method=ZIP_DEFLATED)
        done = found.named * SHARES["csv"] // 100
        advance(done)
        add(f"{stem}.xlsx", xlsx_of(found, part_of(advance, done, SHARES["xlsx"])))
        done += found.named * SHARES["xlsx"] // 100
        content, unseen = document.document(
            petition, found, advance=part_of(advance, done, SHARES["pdf"])
        )
        add(f"{stem}.pdf", [content])
        manifest = manifest_of(petition, found, sums, unseen=unseen)
        archive.writestr(MANIFEST, manifest, compress_type=ZIP_DEFLATED)


def part_of(advance: Advance, done: int, share: int) -> Advance:
    """Return `advance` for a part of the work that begins when `done` rows count as done."""
    return lambda number: advance(done + number * share // 100)


def csv_of(found: Snapshot) -> Iterator[bytes]:
    names = rows.headings(shape=HANDOVER)
    sql = csv.copy_of(snapshot.rows_sql(found), HANDOVER.cells)
    return (piece.content for piece in csv.pieces(csv.heading(names), sql))


def xlsx_of(found: Snapshot, advance: Advance) -> Iterator[bytes]:
    names = xlsx.titles(rows.headings(shape=HANDOVER), HANDOVER.cells)
    listed = later_exports.told(later_exports.rows(snapshot.rows_sql(found)), advance)
    with tempfile.TemporaryFile() as file:
        xlsx.write(file, listed, names)
        file.seek(0)
        while content := file.read(PIECE):
            yield content


def manifest_of(petition: Petition, found: Snapshot, sums: dict[str, str], *, unseen: int) -> str:
    """Return lines about the pack, and SHA-256 sums in the form of `sha256sum --check`."""
    assert petition.version  # checked in `made`
    about = [
        (_("Petition"), petition.title),
        (_("Web address"), petition.full_url),
        (_("Version"), str(petition.version.pk)),
        (pgettext("pack", "Created"), timezone.localtime().isoformat(timespec="seconds")),
        (_("Signatures"), intcomma(found.total)),
        (_("Names"), intcomma(found.named)),
    ]
    if unseen:
        about.append((_("Names that the document cannot show"), intcomma(unseen)))
    lines = [f"# {labelled(label, ' '.join(text.split()))}" for label, text in about]
    lines += [f"{digest}  {name}" for name, digest in sums.items()]
    return "\n".join([*lines, ""])
