"""Encrypt the stored secrets of receivers again, with the current SECRET_KEY.

These are the secrets of receivers, the credentials with which the site logs in there, and the ids
by which mailing lists know people. `staff.second_factor` does the same with the keys of phones. All
other encrypted data expires.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from campaigns.rekeying.moving import by_key
from campaigns.sync import keys
from campaigns.sync.delivery import Known
from campaigns.sync.receiver import BOTH_SECRETS, Kind, Receiver
from operations.doctor.findings import Finding
from operations.encryption import Damaged

SAMPLE = 200
NEW, OLD, LOST = "new", "old", "lost"


def lasting() -> list[tuple[QuerySet[Any], str]]:
    """Return (rows, column) of data that must be readable for as long as a receiver exists."""
    asked = Receiver.objects.filter(kind__in=(Kind.WEB_HOOK, Kind.FEED))
    lists = Receiver.objects.filter(credential__isnull=False)
    return [(asked, "secret"), (lists, "credential"), (Known.objects.all(), "remote")]


def run() -> tuple[int, int]:
    """Encrypt everything with the current key; return how much was renewed, and how much is lost.

    A row that is changed concurrently keeps its concurrent value.
    """
    day = timezone.now() - BOTH_SECRETS
    replaced = Receiver.objects.filter(old_secret__isnull=False, rotated_at__gt=day)
    done = lost = 0
    for rows, column in (*lasting(), (replaced, "old_secret")):
        for batch in by_key(rows, "pk", column):
            for pk, sealed in batch:
                try:
                    new = keys.renewed(sealed)
                except Damaged:
                    lost += 1
                    continue
                if new:
                    done += rows.filter(pk=pk, **{column: sealed}).update(**{column: new})
    return done, lost


def look() -> Iterator[Finding]:
    """Yield the doctor's findings about encrypted secrets, from a sample."""
    found = Counter(state_of(each) for rows, column in lasting() for each in sample(rows, column))
    if found[LOST]:
        yield Finding(
            "database",
            "Secrets of receivers, or by what mailing lists know people, cannot be read.",
            "SECRET_KEY was changed: receivers hear nothing, and nobody is deleted there.",
            "name the key of before in SECRET_KEY_FALLBACKS; then lastdrop rekey. If that key is "
            "lost: docs/operators.md, “Replacing a key”",
        )
    elif found[OLD]:
        yield Finding(
            "database",
            "Secrets of receivers are still encrypted with a key of SECRET_KEY_FALLBACKS.",
            "Without that key, receivers hear nothing, and nobody is deleted there.",
            "lastdrop rekey",
            is_fault=False,
        )


def state_of(sealed: bytes) -> str:
    try:
        return OLD if keys.renewed(sealed) else NEW
    except Damaged:
        return LOST


def sample(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Return all of a few rows; of many rows, a sample at regular intervals of the primary key."""
    step = max(1, rows.count() // SAMPLE)
    found: QuerySet[Any] = rows.alias(rest=F("pk") % step).filter(rest=0)
    return found.values_list(column, flat=True)
