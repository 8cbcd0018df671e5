"""An export as it leaves the CMS: a file, and an entry in Wagtail's log of who took what."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Model, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter, log
from wagtail.models import ModelLogEntry, Site

from campaigns.exports import rows
from campaigns.exports.csv import csv_file
from campaigns.exports.xlsx import xlsx_file
from campaigns.petitions.petition import Petition

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

    The entries in the log, one in each petition's history, are made before the first byte leaves,
    with the rows as counted then; they stand also if the reader goes away.
    """
    petition = filters.get("petition")
    details = {**described(filters), "searched": searched, "format": format}
    with transaction.atomic():
        entries = [
            log(subject, "petition.export", user=request.user, data={**details, "rows": count})
            for subject, count in subjects(request, signatures, petition)
        ]
    name = filename(petition, format)
    names = rows.headings()
    exported = counted(rows.rows(signatures), entries)
    if format == "xlsx":
        file = xlsx_file(exported, names)
        return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    content = csv_file(exported, names)
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def subjects(
    request: HttpRequest, signatures: QuerySet, petition: Petition | None
) -> list[tuple[Model, int]]:
    """In whose history the export stands: each petition's, with its rows; else the site's."""
    counts = dict(signatures.order_by().values_list("tally__petition").annotate(Count("pk")))
    if petition:
        return [(petition.original, sum(counts.values()))]
    petitions = Petition.objects.filter(pk__in=counts).order_by("pk")
    site = Site.find_for_request(request) or Site.objects.first()
    return [(each, counts[each.pk]) for each in petitions] or [(site, 0)]


def counted(exported: Iterable[rows.Row], entries: list[ModelLogEntry]) -> Iterator[rows.Row]:
    """The rows as they come; at the end, or when nobody wants more, the log says so.

    With their number where they are of one petition; of several it keeps what was counted before.
    """
    written, finished = 0, False
    try:
        for row in exported:
            written += 1
            yield row
        finished = True
    finally:
        for entry in entries:
            number = {"rows": written} if len(entries) == 1 else {}
            entry.data = {**entry.data, **number, "finished": finished}
        ModelLogEntry.objects.bulk_update(entries, ["data"])


def described(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters as they may be kept for ever: no text that somebody typed."""
    signed = filters.get("signed_at")
    return {
        "state": filters.get("state") or "",
        "reason": filters.get("reason") or "",
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
        count = data.get("rows", 0)
        text = ngettext(
            "Exported %(rows)s signature as %(format)s (%(filters)s)",
            "Exported %(rows)s signatures as %(format)s (%(filters)s)",
            count,
        )
        return text % {
            "rows": count,
            "format": str(data.get("format", "")).upper(),
            "filters": said(data),
        }


def said(data: dict[str, Any]) -> str:
    """The filters of an export in words."""
    parts = [
        data.get("state", ""),
        data.get("reason", ""),
        data.get("country", ""),
        gettext("from %s") % data["from"] if data.get("from") else "",
        gettext("to %s") % data["to"] if data.get("to") else "",
        {True: gettext("keep me informed"), False: gettext("without “keep me informed”")}.get(
            data.get("updates"), ""
        ),
        gettext("with a search") if data.get("searched") else "",
    ]
    return ", ".join(part for part in parts if part) or gettext("all")
