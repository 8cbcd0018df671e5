"""Unpacking a backup into a scratch database, and checking that it is complete."""

import hashlib
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from operations.backups import archive, contents, hooks, programs
from operations.backups.failures import Damaged, Failed


@dataclass(frozen=True)
class Unpacked:
    """The result of unpacking; `missing` contains the names of missing media files."""

    made_at: datetime
    rows: dict[str, int]
    files: int
    missing: list[str]


def unpack(path: Path, keys: Sequence[Any], *, into: str, media: Path | None = None) -> Unpacked:
    """Restore a backup into an empty database, and its files into a folder if one is given.

    Raise Failed, also if rows are missing.
    """
    with archive.opened(path, keys) as tar:
        about = archive.told(tar, tar.next(), archive.ABOUT)
        contents.require_ours(about)
        digest, pieces, member = hashlib.sha256(), 0, tar.next()
        with restored(into) as sink:
            while member and member.name.startswith(archive.DATABASE):
                piece = archive.content(tar, member).read()
                digest.update(piece)
                sink.write(piece)
                pieces, member = pieces + 1, tar.next()
        present: set[str] = set()
        while member and member.name.startswith(archive.MEDIA):
            present.add(put_file(tar, member, media))
            member = tar.next()
        found = {"pieces": pieces, "sha256": digest.hexdigest(), "files": len(present)}
        if archive.told(tar, member, archive.WHOLE) != found:
            raise Damaged("The backup does not hold what it says.")
    with programs.connect(into) as database:
        rows = contents.rows(database)
        missing = contents.missing_files(database, present)
    # An older version may have counted the rows of a table that backups now leave out.
    told = {name: count for name, count in about["rows"].items() if name not in hooks.LEFT_OUT}
    wrong = [name for name, number in told.items() if rows.get(name) != number]
    if wrong:
        raise Failed(f"Not all rows were restored of: {', '.join(wrong)}.")
    return Unpacked(datetime.fromisoformat(about["made_at"]), rows, len(present), missing)


def put_file(tar: tarfile.TarFile, member: tarfile.TarInfo, media: Path | None) -> str:
    """Write a media file to its place in the folder, if one is given; return its name there."""
    name = member.name.removeprefix(archive.MEDIA)
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts:
        raise Damaged("The backup holds a file that belongs elsewhere.")
    source = archive.content(tar, member)
    if media:
        target = media / place
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while piece := source.read(archive.PIECE):
                file.write(piece)
    return name


@contextmanager
def restored(into: str) -> Iterator[IO[bytes]]:
    """Yield the standard input of pg_restore. Raise Failed if pg_restore fails."""
    reach, environment = programs.reach(into)
    command = [
        *(str(programs.folder() / "pg_restore"), "--exit-on-error", "--no-owner"),
        *("--no-privileges", "--no-password", f"--dbname={reach}"),
    ]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        assert process.stdin
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            pass  # pg_restore has ended; its error is reported below.
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.wait():
            raise Failed(f"pg_restore failed: {contents.last_line(errors) or process.returncode}")
