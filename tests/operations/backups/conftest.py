"""A key for the backups of a site, and the databases that a restore leaves behind."""

from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from operations.backups import programs, scratch
from tests import database

OURS = "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY 1"


def beside(pattern: str) -> list[str]:
    """The databases beside that of the site."""
    with programs.connect(scratch.SERVER) as server:
        return [name for (name,) in server.execute(OURS, [f"{scratch.name()}_{pattern}"])]


def emptied() -> str:
    """The name of a new database without tables, as on an empty machine."""
    name = f"{scratch.name()}_empty"
    scratch.create(name)
    return name


def tried() -> str:
    """The name of a new database with tables, as on a machine on which the site was tried."""
    name = f"{scratch.name()}_tried"
    database.migrated_later(name)
    return name


@pytest.fixture(autouse=True)
def nobody_else_is_connected() -> None:
    """A restore replaces the database, and refuses to while a connection is open."""
    database.leave()


@pytest.fixture
def key(tmp_path: Path, settings) -> Path:
    """The file with the secret key, as age-keygen writes it."""
    identity, path = pyrage.x25519.Identity.generate(), tmp_path / "key"
    path.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    settings.BACKUP_RECIPIENTS = [str(identity.to_public())]
    settings.BACKUP_FOLDER = tmp_path / "backups"
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "documents").mkdir(parents=True)
    (settings.MEDIA_ROOT / "documents" / "letter.pdf").write_bytes(b"a letter")
    return path


@pytest.fixture
def nothing_left(transactional_db: None) -> Iterator[None]:
    """Drop the databases that a restore has put aside, and those of new machines."""
    yield
    for name in beside("%"):
        if any(kind in name for kind in ("before", "empty", "tried")):
            scratch.drop(name)
