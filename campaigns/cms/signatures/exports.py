"""Exporting signatures from the CMS: the file, as it is sent."""

import contextlib
from collections.abc import Generator, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import Site

from campaigns.cms.signatures import recording
from campaigns.cms.signatures.recording import Record
from campaigns.exports import rows
from campaigns.exports.csv import csv_file
from campaigns.exports.rows import Piece
from campaigns.exports.xlsx import xlsx_file
from campaigns.petitions.petition import Petition
from campaigns.signatures.signature import Signature
from operations import locks

FILES = {"csv": csv_file, "xlsx": xlsx_file}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A CSV file leaves as it is made, and an XLSX file when it is whole.
ANNOUNCED = {"csv": recording.STEP, "xlsx": 0}


def lock_name(user: User, format: str, query: Mapping[str, object]) -> str:
    """The name of the lock that is held while somebody's export of these signatures runs."""
    asked = sorted((name, text) for name, text in query.items() if str(text).strip())
    return f"export {user.pk} {format} {urlencode(asked)}"


def respond(
    request: HttpRequest,
    signatures: QuerySet[Signature],
    *,
    format: str,
    filters: dict[str, Any],
    searched: bool,
    purpose: str,
    lock: str,
) -> StreamingHttpResponse:
    """The response with the signatures as a file.

    Before the first byte is sent, one entry is made in the history of each petition. It says that
    the export is not finished, until it is.
    """
    petition = filters.get("petition")
    name = filename(petition, format)
    details = {
        **recording.described(filters),
        "searched": searched,
        "format": format,
        "file": name,
        "purpose": purpose,
        "finished": False,
    }
    announced = ANNOUNCED[format]
    with transaction.atomic():
        entries = [
            log(
                subject,
                "petition.export",
                user=request.user,
                data={**details, "counted": count, "rows": min(count, announced)},
            )
            for subject, count in subjects(request, signatures, petition)
        ]
    questions = rows.asked(signatures)
    file = FILES[format](signatures, rows.headings(questions), questions)
    content = passed_on(file, Record(entries, announced=announced), lock=lock)
    response = StreamingHttpResponse(content, content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def passed_on(file: Generator[Piece, None, None], record: Record, *, lock: str) -> Iterator[bytes]:
    """Pass a file on, and write into the histories how much of it has left.

    The end is written also when the receiver goes away.
    """
    sent, finished = 0, False
    try:
        # The file is closed before its transaction is.
        with transaction.atomic(), contextlib.closing(file):
            locks.take(lock)
            for piece in file:
                sent += piece.rows
                record.announce(sent)
                yield piece.content
        finished = True
    finally:
        record.close(sent, finished=finished)


def subjects(
    request: HttpRequest, signatures: QuerySet[Signature], petition: Petition | None
) -> list[tuple[Model, int]]:
    """(object, number of rows) for each history that records the export.

    These are the petitions whose signatures are exported, or else the site.
    """
    counts = dict(signatures.order_by().values_list("tally__petition").annotate(Count("pk")))
    if petition:
        return [(petition.original, sum(counts.values()))]
    petitions = Petition.objects.filter(pk__in=counts).order_by("pk")
    if counts:
        return [(each, counts[each.pk]) for each in petitions]
    site = Site.find_for_request(request) or Site.objects.first()
    assert site  # Wagtail cannot do without one
    return [(site, 0)]


def filename(petition: Petition | None, format: str) -> str:
    stem = petition.slug if petition else slugify(gettext("signatures")) or "signatures"
    return f"{stem}-{timezone.localdate().isoformat()}.{format}"
