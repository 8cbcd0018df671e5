"""Log entries of exports: who exported what, and how many of its rows left the site."""

import json
from datetime import date
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from wagtail.log_actions import LogFormatter
from wagtail.models import ModelLogEntry

from campaigns.exports import rows, shapes
from campaigns.exports.presets import ExportPreset
from campaigns.moderation.reasons import Reason
from campaigns.paragraphs import with_commas
from campaigns.signatures.columns_in_words import language_name
from campaigns.signatures.conditions import STATES
from campaigns.signatures.signature import Signature

# Filters of which the log records only that they were set.
ONE = {
    "page": _("of one page"),
    "source": _("of one source"),
    "framed_by": _("of one embedding site"),
    "group": _("of one group in quarantine"),
    "alarm": _("of one alarm"),
    "like": _("like one signature"),
}
# The number of rows by which announcements run ahead of the rows that are sent.
STEP = 20_000
ANNOUNCE = f"UPDATE {ModelLogEntry._meta.db_table} SET data = data || %s::jsonb WHERE id = %s"


class Record:
    """The entries of one export, in which `rows` is never less than what has left the site.

    An entry starts as not finished, so that it is right even if the process is killed. While rows
    are sent, their number is written before they leave, over a separate connection, since the
    request's own connection is busy with the rows.
    """

    def __init__(self, entries: list[ModelLogEntry], *, announced: int) -> None:
        self.entries, self.announced = entries, announced
        self.aside: BaseDatabaseWrapper | None = None

    def announce(self, rows: int) -> None:
        """Record that this many rows may have left, before they do."""
        if rows <= self.announced:
            return
        self.announced = rows + STEP
        if self.aside is None:
            self.aside = connection.copy()
        told = [(json.dumps({"rows": self.most(each, rows)}), each.pk) for each in self.entries]
        with self.aside.cursor() as cursor:
            cursor.executemany(ANNOUNCE, told)

    def most(self, entry: ModelLogEntry, rows: int) -> int:
        """Return how many rows of an entry can be among the announced rows."""
        most: int = min(self.announced, entry.data["counted"])
        return max(most, rows) if len(self.entries) == 1 else most

    def close(self, rows: int, *, sha256: str) -> None:
        """Record how many rows were sent, and the SHA-256 of the file if all of it was sent.

        With several petitions, it is not known whose rows were sent first.
        """
        if self.aside:
            self.aside.close()
        finished = bool(sha256)
        for entry in self.entries:
            counted = entry.data["counted"]
            left = rows if len(self.entries) == 1 else counted if finished else min(rows, counted)
            told = {"rows": left, "finished": finished, "sha256": sha256}
            entry.data = {**entry.data, **told}
        ModelLogEntry.objects.bulk_update(self.entries, ["data"])


def described(filters: dict[str, Any]) -> dict[str, Any]:
    """Return the filters for the log, which is stored without end: without any typed text.

    Typed text, and filters that name one signature, are stored as true.
    """
    signed = filters.get("signed_at")
    return {
        **{name: filters.get(name) or "" for name in ("state", "reason", "country")},
        **{name: filters[name] for name in ("language", "channel") if filters.get(name)},
        **{name: True for name in ONE if filters.get(name)},
        "from": signed.start.date().isoformat() if signed and signed.start else "",
        "to": signed.stop.date().isoformat() if signed and signed.stop else "",
        "updates": filters.get("updates"),
    }


def named(preset: ExportPreset | None) -> dict[str, Any]:
    """Return the preset of an export as it is stored: its name and its shared collection."""
    if preset is None:
        return {}
    return {"preset": preset.name, "preset_of": preset.collection_id}


def columns_in_words(data: dict[str, Any]) -> str:
    """Return the columns of a file in their order, if they were chosen; "" for the whole shape."""
    taken, shape = data.get("columns"), shapes.SHAPES.get(data.get("shape", ""))
    if not taken or shape is None or tuple(taken) == shape.cells:
        return ""
    known = [rows.heading(name) for name in taken if name in shape.cells]
    return gettext("columns: %s") % with_commas(known)


class ExportEntry(LogFormatter):
    """Write the message about an export in the history, as a LogFormatter of Wagtail."""

    label = _("Export signatures")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        data = log_entry.data
        left = data.get("rows", 0)
        counted = data.get("counted", left)
        if data.get("finished") and not data.get("fetched", 1):
            text = ngettext(
                "File of %(rows)s signature created as %(format)s (%(filters)s) and not downloaded",
                "File of %(rows)s signatures created as %(format)s (%(filters)s) and not "
                "downloaded",
                left,
            )
        elif data.get("finished"):
            text = ngettext(
                "Exported %(rows)s signature as %(format)s (%(filters)s)",
                "Exported %(rows)s signatures as %(format)s (%(filters)s)",
                left,
            )
        else:
            text = ngettext(
                "Export not finished: at most %(rows)s of %(counted)s signature left the site as "
                "%(format)s (%(filters)s)",
                "Export not finished: at most %(rows)s of %(counted)s signatures left the site as "
                "%(format)s (%(filters)s)",
                counted,
            )
        shape = shapes.name_of(data.get("shape", ""))
        shown = {
            "rows": intcomma(left),
            "counted": intcomma(counted),
            "format": str(data.get("format", "")).upper(),
            "filters": "; ".join(
                filter(None, [shape, in_words(data) or gettext("all"), columns_in_words(data)])
            ),
        }
        return f"{text % shown}, {purpose_of(data)}"


def purpose_of(data: dict[str, Any]) -> str:
    named = gettext("purpose: %(purpose)s, file: %(file)s")
    return named % {name: data.get(name) or "–" for name in ("purpose", "file")}


def in_words(data: dict[str, Any]) -> str:
    """Return the filters of an export in words; "" for none."""
    asked = {
        None: "",
        True: gettext("with “keep me informed”"),
        False: gettext("without “keep me informed”"),
    }
    parts = [
        str(STATES.get(data.get("state", ""), "")),
        str(dict(Reason.choices).get(data.get("reason", ""), "")),
        str(countries.name(data.get("country", ""))),
        str(language_name(data["language"])) if data.get("language") else "",
        str(dict(Signature.Channel.choices).get(data.get("channel", ""), "")),
        *(str(words) for name, words in ONE.items() if data.get(name)),
        gettext("from %s") % day(data["from"]) if data.get("from") else "",
        gettext("to %s") % day(data["to"]) if data.get("to") else "",
        asked.get(data.get("updates"), ""),
        gettext("with a search") if data.get("searched") else "",
        gettext("only new ones") if data.get("new") else "",
    ]
    return with_commas(part for part in parts if part)


def day(text: str) -> str:
    return date_format(date.fromisoformat(text))
