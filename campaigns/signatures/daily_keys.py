"""The random daily keys that hash networks and mailboxes, and are destroyed after their day.

During a day, the limits compare hashes of that day. Once its key is deleted, nobody can find out
which networks the hashes were made from, with neither a copy of the database nor SIGNATURE_KEY.
"""

import contextlib
import hmac
import secrets
from datetime import date
from typing import Any

from django.db import OperationalError, connection, models, transaction

from campaigns.caching import cached
from campaigns.signatures import networks
from operations import keyring

LENGTH = 32  # bytes
PART = 8  # bytes of the hash of a wider range

# By the clock of the database, like the limits themselves. Keys are destroyed an hour late, since
# the clock of a web server may be slightly behind.
OUTDATED = "day < (statement_timestamp() AT TIME ZONE 'UTC' - interval '1 hour')::date"


class DailyKey(models.Model):
    """The random key of one day, in UTC."""

    day = models.DateField(primary_key=True)
    key = models.BinaryField(max_length=LENGTH)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.day)


def key_of(day: date) -> bytes:
    """Return the key of a day (32 bytes), creating it on first use; cached for a few seconds."""
    return cached(("daily key", day), lambda: read_or_make(day))


def read_or_make(day: date) -> bytes:
    new = {"key": secrets.token_bytes(LENGTH)}
    found, _ = DailyKey.objects.get_or_create(day=day, defaults=new)
    return bytes(found.key)


def daily_hash(purpose: str, value: str, day: date) -> bytes:
    """Return HMAC-SHA-256 with the key of the day and SIGNATURE_KEY (32 bytes).

    Hashes of two days, or of two purposes, cannot be compared. A new SIGNATURE_KEY is used from the
    next day on, so that no limit is reset during a day.
    """
    key = cached(("daily key", day, purpose), lambda: key_for(purpose, day))
    return hmac.digest(key, value.encode(), "sha256")


def key_for(purpose: str, day: date) -> bytes:
    return keyring.made(keyring.of_day(day), key_of(day) + purpose.encode())


def network_hash(network: str, day: date) -> bytes:
    """Return the hash of a network (32 bytes). That of IPv6 begins with hashes of wider ranges.

    So all signatures of a range are found by the prefix of their hash (`ranges_of`).
    """
    begin = b"".join(daily_hash("network", each, day)[:PART] for each in networks.wider(network))
    return (begin + daily_hash("network", network, day))[:LENGTH]


def ranges_of(hashed: bytes | None) -> dict[str, bytes | None]:
    """Return the first and last hash in each range around an IPv6 network: "first_48", "last_48".

    `hashed` comes from `network_hash`.
    """
    found: dict[str, bytes | None] = {}
    for place, length in enumerate(networks.WIDER, 1):
        begin = hashed and hashed[: place * PART]
        found[f"first_{length}"] = begin and begin.ljust(LENGTH, b"\0")
        found[f"last_{length}"] = begin and begin.ljust(LENGTH, b"\xff")
    return found


def is_used_up(
    rows: models.QuerySet[Any],
    network: str | None,
    hashed: bytes,
    most: int,
    *,
    of_range: int | None = None,
) -> bool:
    """Return whether a network has `most` of these rows, or an IPv6 range around it a multiple.

    Without the limit for ranges, one home, which has many networks, could use up a limit that is
    shared by everybody. The limits of ranges are `of_range`, or else `most`, times the factors in
    `networks.WIDER`.
    """
    if rows.filter(network_key=hashed).count() >= most:
        return True
    if networks.version(network) == 4:
        return False
    bounds = ranges_of(hashed)
    return any(
        rows.filter(
            network_key__range=(bounds[f"first_{length}"], bounds[f"last_{length}"])
        ).count()
        >= (of_range or most) * times
        for length, times in networks.WIDER.items()
    )


def destroy_old() -> None:
    """Destroy the keys of past days, also in the file of the table.

    A deleted row stays in the file for as long as any transaction runs on the server, so the file
    is replaced. While another transaction reads the table, such as a backup, this is postponed to
    the next day.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM campaigns_dailykey WHERE {OUTDATED}")
        if not cursor.rowcount:
            return
    with contextlib.suppress(OperationalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE campaigns_dailykey IN ACCESS EXCLUSIVE MODE NOWAIT")
        kept = list(DailyKey.objects.all())
        cursor.execute("TRUNCATE campaigns_dailykey")
        DailyKey.objects.bulk_create(kept)
