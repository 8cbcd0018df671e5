"""Exporting signatures from the CMS: the file, and the entries in Wagtail's log."""

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
from campaigns.signatures.signature import Signature

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def respond(
    request: HttpRequest,
    signatures: QuerySet[Signature],
    *,
    format: str,
    filters: dict[str, Any],
    searched: bool,
    purpose: str,
) -> HttpResponseBase:
    """The response with the signatures as a file.

    Before the first byte is sent, one entry is made in the history of each petition, with the
    number of rows at that moment. The entries stay, even if the download is interrupted.
    """
    petition = filters.get("petition")
    name = filename(petition, format)
    details = {
        **described(filters),
        "searched": searched,
        "format": format,
        "file": name,
        "purpose": purpose,
    }
    with transaction.atomic():
        entries = [
            log(subject, "petition.export", user=request.user, data={**details, "rows": count})
            for subject, count in subjects(request, signatures, petition)
        ]
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


def counted(exported: Iterable[rows.Row], entries: list[ModelLogEntry]) -> Iterator[rows.Row]:
    """Pass the rows on, and update the log at the end, or when the download is interrupted.

    The log then says how many rows were sent, if they all belong to one petition; for several
    petitions the numbers that were counted before stay.
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
    """The filters as they are stored in the log without end: without any text that was typed."""
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
    """Writes the message about an export in the history, as a LogFormatter of Wagtail."""

    label = _("Export signatures")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        data = log_entry.data
        count = data.get("rows", 0)
        text = ngettext(
            "Exported %(rows)s signature as %(format)s (%(filters)s)",
            "Exported %(rows)s signatures as %(format)s (%(filters)s)",
            count,
        )
        shown = {
            "rows": count,
            "format": str(data.get("format", "")).upper(),
            "filters": in_words(data),
        }
        return f"{text % shown}, {purpose_of(data)}"


def purpose_of(data: dict[str, Any]) -> str:
    named = gettext("purpose: %(purpose)s, file: %(file)s")
    return named % {name: data.get(name) or "–" for name in ("purpose", "file")}


def in_words(data: dict[str, Any]) -> str:
    """The filters of an export in words."""
    asked = {
        None: "",
        True: gettext("keep me informed"),
        False: gettext("without “keep me informed”"),
    }
    parts = [
        data.get("state", ""),
        data.get("reason", ""),
        data.get("country", ""),
        gettext("from %s") % data["from"] if data.get("from") else "",
        gettext("to %s") % data["to"] if data.get("to") else "",
        asked.get(data.get("updates"), ""),
        gettext("with a search") if data.get("searched") else "",
    ]
    return ", ".join(part for part in parts if part) or gettext("all")
