"""python -m bench.inside bench.ours.managing WHAT: what a manager does with very many signatures.

Each command prints JSON: seconds, or numbers. The commands run in one process, with the CMS's own
views and functions, on a database that `sowing` has filled.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.counting import counting
from campaigns.exports import rows
from campaigns.exports.csv import csv_file
from campaigns.exports.shapes import EVERYTHING, HANDOVER
from campaigns.exports.xlsx import xlsx_file
from campaigns.finding import pending
from campaigns.finding.paging import Place
from campaigns.imports import importing, reading, undoing
from campaigns.models import Petition, Signature, Tally
from campaigns.moderation import moderating
from campaigns.privacy import retention

TIMES = 7
A_PAGE = 50
# The pages that are compared with the first one of the same list.
PAGES = {"next page": 2, "page 1,000": 1_000}
LISTS = {
    "first page": {},
    "one petition": {"petition": "1"},
    "state": {"state": "confirmed"},
    "quarantined": {"state": "quarantined"},
    "country": {"country": "SE"},
    "language": {"language": "fr"},
    "channel": {"channel": "embed"},
    "source": {"source": "fair"},
    "days": {"signed_at_from": "", "signed_at_to": ""},
    "opt-in": {"updates": "true"},
    "no opt-in": {"updates": "false"},
    "last page": {"p": "last"},
}
SEARCHES = {
    "an email": "@seldom.example",
    "a part of a name": "lindqv",
    "a domain": "uni.example",
    "a country": "Sweden",
}


def administrator() -> Client:
    """Return a client in which an administrator is logged in."""
    client = Client(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    user, _made = User.objects.get_or_create(username="bench", is_superuser=True, is_staff=True)
    client.force_login(user)
    return client


def listing() -> dict[str, float]:
    """Return the median seconds for pages of the list, and for searches."""
    client = administrator()
    index = reverse("signatures_modeladmin_index")
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    known = {
        "petition": str(Petition.objects.earliest("pk").pk),
        **dict.fromkeys(("signed_at_from", "signed_at_to"), yesterday),
    }
    lists = {
        name: {key: known.get(key, text) for key, text in query.items()}
        for name, query in LISTS.items()
    }
    lists |= {name: {"p": place_of_page(number)} for name, number in PAGES.items()}
    found = {name: median(partial(shown, client, index, query)) for name, query in lists.items()}
    counts = reverse("signature_counts")
    found["numbers of the filters"] = median(partial(shown, client, counts, {}))
    found["numbers beside a filter"] = median(partial(shown, client, counts, {"country": "SE"}))
    for name, text in SEARCHES.items():
        answer = client.post(index, {"typed": text})
        asked = dict(parse_qsl(urlsplit(answer["Location"]).query))
        found[f"search by {name}"] = median(partial(shown, client, index, asked))
    return found


def place_of_page(number: int) -> str:
    """Return the place at which a page begins; with fewer pages, that of the last full page."""
    order = Signature.objects.order_by("-signed_at", "-pk").values_list("signed_at", "pk")
    before = min(A_PAGE * (number - 1), Signature.objects.count() - A_PAGE)
    return str(Place(False, *order[before - 1]))


def page() -> dict[str, float]:
    """Return the median seconds for the first page of the list."""
    index = reverse("signatures_modeladmin_index")
    return {"seconds": median(partial(shown, administrator(), index, {}), times=4 * TIMES)}


def shown(client: Client, index: str, query: dict[str, str]) -> None:
    answer = client.get(f"{index}?{urlencode(query)}")
    assert answer.status_code == 200, answer.status_code


def median(work: Callable[[], None], *, times: int = TIMES) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took[1:])  # the first one warms the caches


def exporting() -> dict[str, float]:
    """Return the seconds for a CSV file of everything, and for a plain COPY of the same columns."""
    every, names = Signature.objects.order_by("-pk"), rows.headings()
    columns = ", ".join(f'"{field.column}"' for field in Signature._meta.concrete_fields)
    before = peak()
    first, ours, size = drained(piece.content for piece in csv_file(every, names))
    grown = peak() - before
    with connection.cursor() as cursor:
        copy = f"COPY (SELECT {columns} FROM campaigns_signature ORDER BY id DESC) TO STDOUT CSV"
        with cursor.copy(copy) as copied:
            _first, plain, _size = drained(bytes(row) for row in copied)
    return {"first": first, "seconds": ours, "plain": plain, "megabytes": grown, "size": size}


def spreadsheet() -> dict[str, float]:
    """Return the seconds and the rows for 200,000 signatures as XLSX in two shapes, and memory."""
    last = Signature.objects.order_by("-pk").values_list("pk", flat=True)
    every = Signature.objects.filter(pk__gte=last[min(200_000, last.count()) - 1]).order_by("-pk")
    found: dict[str, float] = {}
    before = peak()
    for shape in (HANDOVER, EVERYTHING):
        file = xlsx_file(every, rows.headings((), shape), (), shape)
        _first, found[shape.key], _size = drained(piece.content for piece in file)
        found[f"{shape.key}_rows"] = shape.narrowed(every).count()
    return {**found, "megabytes": peak() - before}


def drained(pieces: Iterator[bytes]) -> tuple[float, float, int]:
    """Return the seconds until the first piece and until the end, and the size."""
    began, size = time.perf_counter(), len(next(pieces))
    first = time.perf_counter() - began
    size += sum(map(len, pieces))
    return first, time.perf_counter() - began, size


def peak() -> float:
    """Return the peak memory of this process so far, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def moderating_many() -> dict[str, float]:
    """Return the seconds to count, invalidate and restore 50,000 signatures; check the totals."""
    counted_ones = Signature.objects.counted().order_by("-pk")
    last = counted_ones[min(50_000, counted_ones.count()) - 1].pk
    found = Signature.objects.counted().filter(pk__gte=last)
    times = {}
    before = counted()
    began = time.perf_counter()
    changed = moderating.changeable(found, "invalidated").count()
    times["preview"] = time.perf_counter() - began
    began = time.perf_counter()
    decision = moderating.moderate(found, moderation="invalidated", reason="The bench.", by=None)
    times["act"] = time.perf_counter() - began
    counting.fold()
    wrong = abs(counted() - Signature.objects.counted().count())
    pending.sort_in()  # as the worker does, long before anybody undoes a decision
    began = time.perf_counter()
    moderating.undo(decision, by=None)
    times["undo"] = time.perf_counter() - began
    counting.fold()
    return {**times, "changed": changed, "wrong": wrong + abs(counted() - before)}


def importing_many() -> dict[str, float]:
    """Return the seconds to read, check and bring in a list of 50,000; a tenth have signed."""
    petition = Petition.objects.select_related("locale").order_by("pk")[0]
    known = petition.tally.signatures.filter(email__gt="").order_by("-pk")
    emails = list(known.values_list("email", flat=True)[:5_000])
    emails += [f"listed{number}@example.org" for number in range(50_000 - len(emails))]
    lines = [f"Ada Lovelace,{email},12/03/2026,GB,yes" for email in emails]
    content = "\n".join(["Name,Email,Date,Country,Updates", *lines]).encode()
    times = {}
    began = time.perf_counter()
    subject = importing.upload(
        petition,
        reading.read(content),
        by=None,
        channel="import",
        file_name="list.csv",
        reason="The bench.",
        consent="Theirs.",
        signed_on=timezone.localdate(),
    )
    importing.choose(subject, subject.meanings, day_first=True)
    times["read"] = time.perf_counter() - began
    began = time.perf_counter()
    importing.check(subject, advance=lambda done: None)
    times["check"] = time.perf_counter() - began
    began = time.perf_counter()
    with transaction.atomic():
        counts, _wrong = importing.bring_in(subject, by=None, advance=lambda done: None)
    times["bring in"] = time.perf_counter() - began
    began = time.perf_counter()
    with transaction.atomic():
        undoing.undo(subject, by=None, advance=lambda done: None)
    return {**times, "undo": time.perf_counter() - began, **counts._asdict()}


def working() -> dict[str, float]:
    """Do what a manager does now and then: export all, moderate the newest 500, and undo that."""
    every = csv_file(Signature.objects.order_by("-pk"), rows.headings())
    _first, _seconds, exported = drained(piece.content for piece in every)
    newest = Signature.objects.order_by("-pk").values("pk")[:500]
    found = Signature.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))
    decision = moderating.moderate(found, moderation="invalidated", reason="The bench.", by=None)
    moderating.undo(decision, by=None)
    return {"exported": exported}


def counted() -> int:
    return sum(Tally.objects.values_list("total", flat=True))


def sizing() -> dict[str, float]:
    """Return the gigabytes that ten million signatures like these would need, with indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        [(size,)] = cursor.fetchall()
    number = Signature.objects.count()
    return {"gigabytes": size * 10_000_000 / number / 1e9, "number": number}


def anonymising() -> dict[str, float]:
    """Return the seconds to anonymise 200,000 signatures, and those of the longest transaction.

    For this, the retention of enough petitions is ended, beginning with the last one.
    """
    long_ago, due = timezone.now() - timedelta(days=100), 0
    for petition in Petition.objects.order_by("-pk"):
        if due < 200_000:
            values = {"opens_at": long_ago - timedelta(days=200), "closes_at": long_ago}
            Petition.objects.filter(pk=petition.pk).update(**values, retention_days=90)
            due += petition.tally.signatures.filter(confirmed_at__isnull=False).count()
    number, longest, began = 0, 0.0, time.perf_counter()
    before = began
    for report in retention.sweep():
        number, now = report.anonymised, time.perf_counter()
        longest, before = max(longest, now - before), now
    return {"seconds": (before - began) * 200_000 / number, "longest": longest, "number": number}


COMMANDS: dict[str, Callable[[], dict[str, Any]]] = {
    each.__name__: each
    for each in (
        listing,
        page,
        exporting,
        spreadsheet,
        moderating_many,
        importing_many,
        working,
        sizing,
        anonymising,
    )
}


def main(command: str) -> None:
    print(json.dumps(COMMANDS[command]()))
