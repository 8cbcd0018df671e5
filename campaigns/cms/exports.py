"""An export as it leaves the CMS: a file, and an entry in Wagtail's log of who took what."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter, log
from wagtail.models import ModelLogEntry, Site

from campaigns import exporting
from campaigns.models.petition import Petition

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def respond(
    request: HttpRequest,
    signatures: QuerySet,
    *,
    format: str,
    filters: dict[str, Any],
    searched: bool,
) -> HttpResponseBase:
    """The signatures as a file.

    The entry in the log is made before the first byte leaves, with the rows as counted then; it
    stands also if the reader goes away. When the last row is written, or the reader gone, the
    number becomes that of the rows written.
    """
    petition = filters.get("petition")
    details = {**described(filters), "searched": searched, "format": format}
    details["rows"] = signatures.count()
    with transaction.atomic():
        entry = log(
            petition or Site.find_for_request(request) or Site.objects.first(),
            "petition.export",
            user=request.user,
            data=details,
        )
    name = filename(petition, format)
    names = exporting.headings()
    rows = counted(exporting.rows(signatures), entry)
    if format == "xlsx":
        file = exporting.xlsx_file(rows, names)
        return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    content = exporting.csv_file(rows, names)
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def counted(rows: Iterable[exporting.Row], entry: ModelLogEntry) -> Iterator[exporting.Row]:
    """The rows as they come; at the end, or when nobody wants more, the log gets their number."""
    written, finished = 0, False
    try:
        for row in rows:
            written += 1
            yield row
        finished = True
    finally:
        entry.data = {**entry.data, "rows": written, "finished": finished}
        entry.save(update_fields=["data"])


def described(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters as they may be kept for ever: no text that somebody typed."""
    petition, signed = filters.get("petition"), filters.get("signed_at")
    return {
        "petitions": [petition.pk] if petition else [],
        "state": filters.get("state") or "",
        "country": filters.get("country") or "",
        "from": signed.start.date().isoformat() if signed and signed.start else "",
        "to": signed.stop.date().isoformat() if signed and signed.stop else "",
        "updates": filters.get("updates"),
    }


def filename(petition: Petition | None, format: str) -> str:
    stem = petition.slug if petition else slugify(gettext("signatures")) or "signatures"
    return f"{stem}-{timezone.localdate().isoformat()}.{format}"


class ExportEntry(LogFormatter):
    """How an export reads in the history."""

    label = _("Export signatures")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        data = log_entry.data
        return gettext("Exported %(rows)s signatures as %(format)s (%(filters)s)") % {
            "rows": data.get("rows", "?"),
            "format": str(data.get("format", "")).upper(),
            "filters": said(data),
        }


def said(data: dict[str, Any]) -> str:
    """The filters of an export in words."""
    parts = [
        gettext("petitions %s") % ", ".join(map(str, data["petitions"]))
        if data.get("petitions")
        else "",
        data.get("state", ""),
        data.get("country", ""),
        gettext("from %s") % data["from"] if data.get("from") else "",
        gettext("to %s") % data["to"] if data.get("to") else "",
        {True: gettext("keep me informed"), False: gettext("not to be informed")}.get(
            data.get("updates"), ""
        ),
        gettext("a search") if data.get("searched") else "",
    ]
    return ", ".join(part for part in parts if part) or gettext("all")
