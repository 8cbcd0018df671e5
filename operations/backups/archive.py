"""The file of a backup: a tar archive that age encrypts in one pass while it is written.

The contents are never on the disk unencrypted. age detects a file that was truncated or modified,
and the last member of the archive shows that it was written to the end.
"""

import io
import json
import os
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyrage

from operations.backups.failures import Damaged, WrongKey

ABOUT, WHOLE = "about.json", "whole.json"
DATABASE, MEDIA = "database/", "media/"
PIECE = 8 * 1024 * 1024


def recipient(text: str) -> Any:
    """Return the public age key that the text contains. Raise ValueError for any other text."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise ValueError(f"{text!r} is no public key of age: {error}.") from None


def identities(path: Path) -> list[Any]:
    """Return the secret keys in a file that age-keygen has written; "-" means standard input.

    Raise ValueError or OSError.
    """
    given = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    # Somebody who gives the backup itself, which is no text, is told that it holds no key.
    lines = [line.strip() for line in given.decode(errors="replace").splitlines()]
    try:
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line[:4] == "AGE-"]
    except pyrage.IdentityError as error:
        raise ValueError(f"{path} holds a key that cannot be read: {error}.") from None
    if not keys:
        raise ValueError(f"{path} holds no secret key of age.")
    return keys


# --- writing ---


def write(path: Path, recipients: Sequence[Any], fill: Callable[[tarfile.TarFile], None]) -> None:
    """Write a new file; `fill` adds the members. Errors of `fill` and of writing are raised."""
    source, sink = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(encrypt, source, path, recipients)
        failure: BaseException | None = None
        try:
            with os.fdopen(sink, "wb") as plain, tarfile.open(fileobj=plain, mode="w|") as tar:
                fill(tar)
        except BrokenPipeError:
            pass  # Encrypting has failed: done.result() raises the reason.
        except BaseException as error:
            failure = error
        done.exception()
    if failure:
        raise failure
    done.result()


def encrypt(source: int, path: Path, recipients: Sequence[Any]) -> None:
    with os.fdopen(source, "rb") as plain, path.open("xb") as target:
        os.fchmod(target.fileno(), 0o600)
        try:
            pyrage.encrypt_io(plain, target, list(recipients))
        except pyrage.EncryptError as error:  # of pyrage, also where the disk is full
            raise OSError(str(error).removeprefix("OSError: ")) from error
        target.flush()
        os.fsync(target.fileno())


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def add_file(tar: tarfile.TarFile, name: str, path: Path) -> bool:
    """Add a file of the media folder; return False if it was deleted in the meantime."""
    try:
        with path.open("rb") as file:
            member = tarfile.TarInfo(name)
            stat = os.fstat(file.fileno())
            member.size, member.mtime = stat.st_size, int(stat.st_mtime)
            tar.addfile(member, file)
    except FileNotFoundError:
        return False
    return True


# --- reading ---


@contextmanager
def opened(path: Path, keys: Sequence[Any]) -> Iterator[tarfile.TarFile]:
    """Open a file to read its members. Raise Damaged or WrongKey, at the latest when leaving."""
    with path.open("rb") as file, ThreadPoolExecutor(1) as pool:
        source, sink = os.pipe()
        done = pool.submit(decrypt, file, sink, keys)
        failure: BaseException | None = None
        with os.fdopen(source, "rb") as plain:
            try:
                with tarfile.open(fileobj=plain, mode="r|") as tar:
                    yield tar
                while plain.read(PIECE):  # To the end, so that age verifies all of it.
                    pass
            except BaseException as error:
                failure = error
        explain(done, failure)


def explain(done: Future[None], failure: BaseException | None) -> None:
    """Raise the cause of a failure: an error of decryption rather than its consequences."""
    problem = done.exception()
    is_of_file = isinstance(failure, tarfile.TarError | ValueError | Damaged)
    if failure and not is_of_file:
        raise failure
    if isinstance(problem, pyrage.DecryptError):
        if "matching keys" in str(problem):
            raise WrongKey("None of the keys opens this backup.") from None
        raise Damaged(f"The backup is cut, or was changed: {problem}.") from None
    if isinstance(failure, Damaged):
        raise failure
    if problem or failure:
        raise Damaged(f"This is no whole backup of this site: {problem or failure}.") from None


def decrypt(file: io.BufferedReader, sink: int, keys: Sequence[Any]) -> None:
    with os.fdopen(sink, "wb") as plain:
        pyrage.decrypt_io(file, plain, list(keys))


def content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> io.BufferedIOBase:
    file = tar.extractfile(member)
    if file is None or not member.isreg():
        raise Damaged("The backup holds what is no file.")
    return file  # type: ignore[return-value]  # typed as any IO[bytes]


def told(tar: tarfile.TarFile, member: tarfile.TarInfo | None, name: str) -> dict[str, Any]:
    """Return the content of a JSON member. Raise Damaged unless the member has this name."""
    if member is None or member.name != name:
        raise Damaged("This is no whole backup of this site.")
    found: dict[str, Any] = json.loads(content(tar, member).read())
    return found
