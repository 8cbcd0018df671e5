"""The ledger of erasures, which no backup contains: keyed hashes of what was deleted for good.

A restore replays the ledger, so that people who were deleted stay deleted. The ledger is a table;
`manage.py erasures` writes it to a file, which is copied off the machine with the backups.
"""

import os
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, models, transaction
from django.utils import timezone

from operations import keyring
from operations.backups import hooks
from operations.backups.failures import Failed

# How long entries are retained; no backup should be older than this.
KEPT_FOR = timedelta(days=400)
INSERT = """
    INSERT INTO operations_erasure (digest, erased_on)
    SELECT digest, day FROM unnest(%s::bytea[], %s::date[]) AS each (digest, day)
    ON CONFLICT (digest) DO UPDATE SET erased_on = excluded.erased_on
    WHERE operations_erasure.erased_on < excluded.erased_on
"""
HEAD = "lastdrop erasures 1"


class Erasure(models.Model):
    """One deleted object, of which only an HMAC of its kind and key is stored."""

    digest = models.BinaryField(primary_key=True, max_length=32, editable=False)
    erased_on = models.DateField()

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.erased_on)


def digests(kind: str, key: object, secrets: list[str]) -> list[bytes]:
    """Return the digests of an object, one for each of these keys of `keyring.every`."""
    return keyring.digests(f"erasure:{kind}:{key}".encode(), secrets)


def note(kind: str, keys: Iterable[Any]) -> None:
    """Record that these objects were deleted, in the transaction that deletes them."""
    today = timezone.now().date()
    now = keyring.every()[:1]
    write({digest: today for key in keys for digest in digests(kind, key, now)})


def write(entries: dict[bytes, date]) -> None:
    """Add entries to the ledger. What was erased twice has the later day.

    Each transaction locks the entries in the same order.
    """
    if entries:
        with connection.cursor() as cursor:
            keys = sorted(entries)
            cursor.execute(INSERT, [keys, [entries[key] for key in keys]])


def combine(*ledgers: dict[bytes, date]) -> dict[bytes, date]:
    """Return the entries of all these ledgers, each with its latest day."""
    found: dict[bytes, date] = {}
    for ledger in ledgers:
        found |= newer(ledger, than=found)
    return found


def newer(ledger: dict[bytes, date], *, than: dict[bytes, date]) -> dict[bytes, date]:
    """Return the entries that the other ledger does not have, or has with an earlier day."""
    return {key: day for key, day in ledger.items() if day > than.get(key, date.min)}


def entries(database: psycopg.Connection | None = None) -> dict[bytes, date]:
    """Return the ledger of this database, or of another one; {} if that one has no ledger."""
    if database is None:
        ours = Erasure.objects.values_list("digest", "erased_on").iterator()
        return {bytes(digest): day for digest, day in ours}
    try:
        rows = database.execute("SELECT digest, erased_on FROM operations_erasure").fetchall()
    except psycopg.errors.UndefinedTable:
        return {}
    return {bytes(key): day for key, day in rows}


def save(path: Path) -> int:
    """Write the ledger to a file, completely or not at all; return the number of its entries.

    Entries that the file already has stay in it, since the database may be a new one that replaces
    a lost one. While the clock cannot be trusted, no entry counts as too old.
    Raise Failed if the existing file is not a ledger, or if the settings have a wrong key, which
    the file would name.
    """
    hooks.verify()
    first = date.min if hooks.doubt() else timezone.now().date() - KEPT_FOR
    known = combine(load(path) if path.exists() else {}, entries())
    found = {key: day for key, day in known.items() if day >= first}
    lines = [
        HEAD,
        keyring.fingerprint(keyring.every()[0]),
        *(f"{day} {key.hex()}" for key, day in found.items()),
        f"end {len(found)}",
    ]
    # The nightly backup and the hourly command may write at the same time.
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(half, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return len(found)


def load(path: Path) -> dict[bytes, date]:
    """Return the entries of a file. Raise Failed unless it is a complete ledger."""
    try:
        head, _key, *lines, end = path.read_text().splitlines()
        found = {
            bytes.fromhex(key): date.fromisoformat(day)
            for day, _, key in (line.partition(" ") for line in lines)
        }
    except OSError as error:
        raise Failed(f"{path} is no ledger of erasures: {error.strerror}.") from None
    except ValueError:
        raise Failed(f"{path} is no ledger of erasures.") from None
    if head != HEAD or end != f"end {len(found)}":
        raise Failed(f"{path} is not a whole ledger of erasures.")
    return found


def require_key(path: Path) -> None:
    """Raise Failed if the settings lack the key that made digests when this ledger was written.

    With other keys, a restore would find nothing of what its newest entries stand for.
    """
    written_with = path.read_text().splitlines()[1]
    if written_with not in map(keyring.fingerprint, keyring.known()):
        raise Failed(
            f"{path} was written with another SIGNATURE_KEY: put that key into SIGNATURE_KEY or "
            "SIGNATURE_KEY_FALLBACKS, and try again."
        )


def replay(known: dict[bytes, date], *, since: dict[bytes, date] | None = None) -> int:
    """Delete again the objects that the ledger lists; return how many the database still had.

    `since` has the entries of what was erased since the database was as it is now. What can return
    after an erasure is deleted for these alone. None means all.
    """
    if not known:
        return 0  # without reading every signature
    hooks.discover()
    deleted, secrets = 0, keyring.every()
    with transaction.atomic():
        for kind, erasable in hooks.ERASABLE.items():
            wanted = known if since is None or not erasable.can_return else since
            keys = [k for k in erasable.find() if wanted.keys() & {*digests(kind, k, secrets)}]
            if keys:
                erasable.delete(keys)
            deleted += len(keys)
        write(known)
    return deleted


def delete_old() -> None:
    """Delete entries that no backup can need any longer."""
    Erasure.objects.filter(erased_on__lt=timezone.now().date() - KEPT_FOR).delete()
