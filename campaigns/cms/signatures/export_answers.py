"""Exporting signatures from the CMS: the response with the file, and what is recorded."""

import contextlib
import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Site

from campaigns.cms.permissions import StaffRequest
from campaigns.cms.signatures import recording
from campaigns.cms.signatures.recording import Record
from campaigns.dates import site_day
from campaigns.exports import rows
from campaigns.exports.csv import csv_file
from campaigns.exports.export_log import EXPORT
from campaigns.exports.jsonl import jsonl_file
from campaigns.exports.presets import ExportPreset
from campaigns.exports.rows import Piece
from campaigns.exports.shapes import Shape
from campaigns.exports.xlsx import xlsx_file
from campaigns.petitions.petition import Petition
from campaigns.signatures.signature import Signature
from operations import locks

FILES = {"csv": csv_file, "xlsx": xlsx_file, "jsonl": jsonl_file}
# The names of the formats for users.
CALLED = {"csv": "CSV", "xlsx": "XLSX", "jsonl": "JSON Lines"}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",  # a pack for handing over
}
# CSV and JSON Lines files are sent while they are made, XLSX files when they are complete.
ANNOUNCED = {"csv": recording.STEP, "jsonl": recording.STEP, "xlsx": 0}


def lock_name(user: User, shape: Shape, format: str, query: Mapping[str, object]) -> str:
    """Return the name of the lock held while the user's export of these signatures runs."""
    asked = sorted((name, text) for name, text in query.items() if str(text).strip())
    return f"export {user.pk} {shape.key} {format} {urlencode(asked)}"


@dataclass(frozen=True)
class Export:
    """An export: its signatures, shape and format, and what the histories say of it.

    `signatures` are those that the list shows; the file has only those that the shape includes.
    """

    request: StaffRequest
    signatures: QuerySet[Signature]
    shape: Shape
    format: str
    filters: dict[str, Any]
    searched: bool
    purpose: str
    # Later exports find this one by its kind. `is_new` limits the file to what is new since the
    # last.
    kind: str = ""
    is_new: bool = False
    preset: ExportPreset | None = None
    # The language of a pack, of which one petition may have several.
    language: str = ""

    @property
    def taken(self) -> QuerySet[Signature]:
        return self.shape.narrowed(self.signatures)

    @property
    def filename(self) -> str:
        return filename(self.filters.get("petition"), self.shape, self.format, self.language)

    def log(self, *, announced: int, **details: object) -> list[ModelLogEntry]:
        """Add an entry, which says that the export is not finished, to each petition's history.

        `announced` is the number of rows that may have left before the entry is written again.
        """
        told = {
            **recording.described(self.filters),
            "searched": self.searched,
            "shape": self.shape.key,
            "columns": list(self.shape.cells),
            **recording.named(self.preset),
            "format": self.format,
            "file": self.filename,
            "purpose": self.purpose,
            "finished": False,
            "kind": self.kind,
            "new": self.is_new,
            **details,
        }
        with transaction.atomic():
            return [
                log(
                    subject,
                    EXPORT,
                    user=self.request.user,
                    data={**told, "counted": count, "rows": min(count, announced)},
                )
                for subject, count in subjects(
                    self.request, self.taken, self.filters.get("petition")
                )
            ]


def respond(export: Export, *, lock: str) -> StreamingHttpResponse:
    """Return the response with the file.

    The histories are written before the first byte is sent.
    """
    shape, format = export.shape, export.format
    announced = ANNOUNCED[format]
    entries = export.log(announced=announced)
    questions = rows.asked(export.taken, shape)
    file = FILES[format](export.taken, rows.headings(questions, shape), questions, shape)
    content = passed_on(file, Record(entries, announced=announced), lock=lock)
    response = unbuffered(content, format)
    response["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    return response


def unbuffered(content: Iterable[bytes], format: str) -> StreamingHttpResponse:
    """Return the response with a file about signers, which nginx passes on as it is read.

    Otherwise nginx would take all of it at once, into a file on its disk: the site would not know
    of anybody who went away before the end.
    """
    response = StreamingHttpResponse(content, content_type=TYPES[format])
    response["X-Accel-Buffering"] = "no"
    return response


def passed_on(file: Generator[Piece, None, None], record: Record, *, lock: str) -> Iterator[bytes]:
    """Pass a file on, and record in the histories how much of it was sent.

    The end is also recorded when the client disconnects. The SHA-256 is computed from the bytes
    sent, and recorded only if they are the whole file.
    """
    sent, finished, digest = 0, False, hashlib.sha256()
    try:
        # The file is closed before its transaction ends.
        with transaction.atomic(), contextlib.closing(file):
            locks.take(lock)
            for piece in file:
                sent += piece.rows
                record.announce(sent)
                digest.update(piece.content)
                yield piece.content
        finished = True
    finally:
        record.close(sent, sha256=digest.hexdigest() if finished else "")


def subjects(
    request: HttpRequest, signatures: QuerySet[Signature], petition: Petition | None
) -> list[tuple[Model, int]]:
    """Return (object, number of rows) for each history that records the export.

    The objects are the petitions whose signatures are exported, or the site if there are none.
    """
    counts = dict(signatures.order_by().values_list("tally__petition").annotate(Count("pk")))
    if petition:
        return [(petition.original, sum(counts.values()))]
    petitions = Petition.objects.filter(pk__in=counts).order_by("pk")
    if counts:
        return [(each, counts[each.pk]) for each in petitions]
    site = Site.find_for_request(request) or Site.objects.first()
    assert site  # Wagtail requires a site
    return [(site, 0)]


def filename(petition: Petition | None, shape: Shape, format: str, language: str) -> str:
    stem = petition.slug if petition else slugify(gettext("signatures")) or "signatures"
    kind = slugify(str(shape.name)) or shape.key
    day = site_day().isoformat()  # as the days in the file
    return f"{'-'.join(filter(None, (stem, kind, language, day)))}.{format}"
