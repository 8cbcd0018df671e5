"""Large exports: a job makes the file, and the user who requested it fetches it within a day."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from copy import copy
from typing import Any

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from campaigns.cms.jobs.about_petitions import FORBIDDEN, titles_of
from campaigns.cms.permissions import tallies_for
from campaigns.cms.signatures.export_answers import Export
from campaigns.exports import later_exports, rows, shapes
from campaigns.exports.later_exports import Ordered
from campaigns.exports.rows import Piece
from campaigns.handover import pack
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.columns_in_words import language_name
from operations.jobs import job as jobs
from operations.jobs import running
from operations.jobs.job import Job
from operations.jobs.kinds import Kind
from operations.jobs.work import Refused, Work

KEY = "export"
# The format of a pack for handing over.
PACK = "zip"


def ask(export: Export, *, count: int, lock: str) -> Job:
    """Have the file made.

    The histories say at once who requested it, and that it is not made yet.
    """
    questions = rows.asked(export.taken, export.shape)
    wanted = later_exports.order(
        export.signatures,
        rows.headings(questions, export.shape),
        questions,
        export.shape,
        format=export.format,
    )
    return begin(export, {"file": wanted.as_data()}, count=count, lock=lock)


def ask_for_pack(export: Export, petition: Petition, *, count: int, lock: str) -> Job:
    """Have a pack for handing over made, in the language of the petition's row."""
    return begin(export, {"pack": petition.pk}, count=count, lock=lock)


def begin(export: Export, wanted: dict[str, Any], *, count: int, lock: str) -> Job:
    with transaction.atomic():
        entries = export.log(announced=0, job=True)
        # An export of no signatures is in the history of the site.
        own = ContentType.objects.get_for_model(Petition)
        petitions = [each.object_id for each in entries if each.content_type_id == own.pk]
        told = {
            "shape": export.shape.key,
            "format": export.format,
            "file": export.filename,
            "petitions": petitions,
            "titles": titles_of(Petition.objects.filter(pk__in=petitions)),
            "twin": mark(lock),
            "pack_in": export.language,
        }
        order = {**wanted, "entries": [each.pk for each in entries]}
        return running.ask(KEY, by=export.request.user, order=order, told=told, total=count)


def mark(lock: str) -> str:
    """Return a digest that identifies the same export; the lock's name may hold typed text."""
    return hashlib.sha256(lock.encode()).hexdigest()[:16]


def is_under_way(user: User, lock: str) -> bool:
    """Return whether the user has already requested exactly this file, and it is not made yet."""
    return jobs.under_way(user).filter(kind=KEY, told__twin=mark(lock)).exists()


def may_fetch(user: User, told: dict[str, Any]) -> bool:
    """Return whether the user may now export these petitions' signatures in this shape."""
    wanted = {int(key) for key in told["petitions"]}
    allowed = tallies_for(user, f"export_{told['shape']}").filter(petition__in=wanted)
    return wanted == set(allowed.values_list("petition", flat=True))


def make(work: Work) -> dict[str, Any]:
    """Make the file. The histories then hold its SHA-256, and that nobody has fetched it yet.

    They hold the rows of each petition that are in the file: signatures may have come, been deleted
    or moved to another team since the file was asked for.
    """
    told = work.job.told
    if not may_fetch(work.job.made_by, told):
        raise Refused(FORBIDDEN)
    digest, number = hashlib.sha256(), 0
    counts: Counter[int] = Counter()

    def contents() -> Iterator[bytes]:
        nonlocal number
        for piece in pieces(work, counts):
            number += piece.rows
            digest.update(piece.content)
            yield piece.content

    stored = work.store(contents())
    entries = record(work, counts, sha256=digest.hexdigest())
    return {**stored, "rows": number, "sha256": digest.hexdigest(), "entries": entries}


def pieces(work: Work, counts: Counter[int]) -> Iterator[Piece]:
    """Return the file; when it is complete, `counts` has the number of rows by their tally."""
    if key := work.order.get("pack"):
        return packed(Petition.objects.get(pk=key), work, counts)
    ordered = Ordered(**work.order["file"])
    return later_exports.made(ordered, advance=work.advance, counts=counts)


def packed(petition: Petition, work: Work, counts: Counter[int]) -> Iterator[Piece]:
    for piece in pack.made(petition, advance=work.advance):
        counts[petition.tally.pk] += piece.rows
        yield piece


def record(work: Work, counts: Counter[int], *, sha256: str) -> list[int]:
    """Write the entries of the histories, with one for each petition in the file; return their ids.

    A petition whose first signature came after the file was asked for gets its entry here.
    """
    tallies = Tally.objects.filter(pk__in=counts)
    left = {str(each.petition_id): counts[each.pk] for each in tallies}
    entries = list(ModelLogEntry.objects.filter(pk__in=work.order["entries"]).order_by("pk"))
    missing = left.keys() - {entry.object_id for entry in entries}
    for petition in Petition.objects.filter(pk__in=missing).order_by("pk"):
        more = copy(entries[0])
        more.pk, more.object_id, more.label = None, str(petition.pk), str(petition)
        more.data = {**more.data, "counted": left[more.object_id]}
        more.save(force_insert=True)
        entries.append(more)
    for entry in entries:
        number = left.get(entry.object_id, 0)
        made = {"rows": number, "finished": True, "sha256": sha256, "fetched": 0}
        # The entry keeps the moment at which the file was requested.
        entry.data = {**entry.data, **made, "made_at": timezone.now().isoformat()}
    ModelLogEntry.objects.bulk_update(entries, ["data"])
    if missing:
        # Nobody fetches the file without the right to export these petitions as well.
        told = work.job.told
        petitions = [*told["petitions"], *sorted(missing)]
        Job.objects.filter(pk=work.job.pk).update(told={**told, "petitions": petitions})
    return [entry.pk for entry in entries]


def record_fetching(job: Job) -> None:
    """Record in the histories that the file leaves the site, before it does."""
    with transaction.atomic():
        entries = ModelLogEntry.objects.select_for_update().filter(pk__in=job.result["entries"])
        for entry in entries:
            entry.data = {**entry.data, "fetched": entry.data.get("fetched", 0) + 1}
            entry.save(update_fields=["data"])


def name(job: Job) -> str:
    shape, format = shapes.name_of(job.told["shape"]), job.told["format"].upper()
    if job.told["format"] == PACK:
        language, text = job.told.get("pack_in"), gettext("Pack for handing over")
        return f"{text} ({language_name(language)})" if language else text
    return gettext("Export: %(shape)s, %(format)s") % {"shape": shape, "format": format}


def outcome(job: Job) -> str:
    number = job.result["rows"]
    text = ngettext("%s signature.", "%s signatures.", number) % intcomma(number)
    if not job.has_file or not job.file_expires_at:
        return f"{text} {gettext('The file has been deleted.')}"
    until = date_format(timezone.localtime(job.file_expires_at), "DATETIME_FORMAT")
    return f"{text} {gettext('You can download the file until %s.') % until}"


KIND = Kind(
    KEY,
    make,
    name,
    outcome,
    errors={
        FORBIDDEN: _(
            "You no longer have permission to export the signatures of every one of these "
            "petitions."
        ),
    },
)
