"""The work of a running job: its order, its progress, and the file that it makes."""

import secrets
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import ClassVar

from django.db.backends.base.base import BaseDatabaseWrapper

from operations import encryption
from operations.jobs.job import Job, Piece

# Seconds between two checks whether the job was cancelled.
LOOK = 0.5
# Bytes of a file in one row.
PIECE = 1024 * 1024

ADVANCE = f"UPDATE {Job._meta.db_table} SET rows = %s WHERE id = %s RETURNING cancelled_at"
BEGIN_FILE = f"UPDATE {Job._meta.db_table} SET file_salt = %s WHERE id = %s"
CLEAR = f"DELETE FROM {Piece._meta.db_table} WHERE job_id = %s"
ADD = f"INSERT INTO {Piece._meta.db_table} (job_id, number, content) VALUES (%s, %s, %s)"


class Cancelled(Exception):
    """The person has cancelled the job."""


class Stopping(Exception):
    """The worker is stopping; the job starts again in another worker."""


class Refused(Exception):
    """The job cannot be done; the argument is a key of the kind's errors."""


class Work:
    """A job that runs.

    What others are to see at once is written over `aside`, a second connection, since the first is
    in the transaction of the work.
    """

    look: ClassVar[float] = LOOK

    def __init__(
        self, job: Job, aside: BaseDatabaseWrapper, *, is_stopping: Callable[[], bool]
    ) -> None:
        self.job, self.aside, self.is_stopping = job, aside, is_stopping
        self.order = encryption.opened(bytes(job.order)) if job.order else {}
        self.looked_at = 0.0

    def advance(self, rows: int) -> None:
        """Report the number of rows that are done. Raise Cancelled or Stopping."""
        now = time.monotonic()
        if now - self.looked_at < self.look:
            return
        self.looked_at = now
        if self.is_stopping():
            raise Stopping
        with self.aside.cursor() as cursor:
            cursor.execute(ADVANCE, [rows, self.job.pk])
            [(cancelled_at,)] = cursor.fetchall()
        if cancelled_at:
            raise Cancelled

    def store(self, contents: Iterator[bytes]) -> dict[str, int]:
        """Encrypt a file and store it in pieces; return its size, and the number of pieces.

        The file of an earlier attempt is replaced. Each attempt has a new key.
        """
        salt = secrets.token_bytes(32)
        cipher = next(encryption.ciphers(encryption.FILE, salt))
        with self.aside.cursor() as cursor:
            cursor.execute(CLEAR, [self.job.pk])
            cursor.execute(BEGIN_FILE, [salt, self.job.pk])
            held, size, number = bytearray(), 0, 0
            for content in contents:
                held += content
                size += len(content)
                while len(held) > PIECE:  # The last piece is never empty.
                    sealed = encryption.seal_piece(
                        cipher, number, bytes(held[:PIECE]), is_last=False
                    )
                    cursor.execute(ADD, [self.job.pk, number, sealed])
                    del held[:PIECE]
                    number += 1
            sealed = encryption.seal_piece(cipher, number, bytes(held), is_last=True)
            cursor.execute(ADD, [self.job.pk, number, sealed])
        return {"size": size, "pieces": number + 1}


def file_of(job: Job) -> Iterator[bytes] | None:
    """Return the pieces of the file that a job has made; None if the file is gone.

    The pieces are lost if the database was not shut down cleanly (ADR 51), or with the key.
    """
    number = job.result.get("pieces", 0)
    if not job.has_file or not job.file_salt or not number or job.pieces.count() != number:
        return None
    pieces = opened(job, bytes(job.file_salt), number)
    try:
        return chain([next(pieces)], pieces)
    except encryption.Damaged:
        return None


def opened(job: Job, salt: bytes, number: int) -> Iterator[bytes]:
    for place in range(number):
        [sealed] = job.pieces.filter(number=place).values_list("content", flat=True)
        yield encryption.open_piece(salt, place, bytes(sealed), is_last=place == number - 1)
