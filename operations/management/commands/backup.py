"""manage.py backup: writes database and media into one encrypted file, and tries it at once."""

import os
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pyrage
from django.conf import settings
from django.core.management import CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from operations.backups import archive, making
from operations.backups.failures import BrokenOff, Failed, NoRoom
from operations.backups.stopping import Stoppable
from operations.backups.unpacking import Unpacked
from operations.database_errors import reason
from operations.postgresql import replica

RECOVERED = "recovered"
OF_A_BACKUP = ("folder", "keep_days", "untried", "source", "moment")


class Command(Stoppable):
    help = "Writes database and media into one encrypted file, and tries to restore it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, help="Where to, instead of BACKUP_FOLDER.")
        parser.add_argument(
            "--keep-days", type=days, metavar="DAYS", help="Then delete backups older than this."
        )
        parser.add_argument(
            "--untried", action="store_true", default=None, help="Do not try to restore it."
        )
        parser.add_argument(
            "--from",
            dest="source",
            metavar="URL",
            help="Of this database instead: one that was recovered as it was at some moment.",
        )
        parser.add_argument(
            "--moment",
            metavar="TIME",
            help="With --from: the moment to which it was recovered, if it was restarted since.",
        )
        parser.add_argument(
            "--new-key", type=Path, metavar="FILE", help="Make a key instead: no backup is made."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            if any(options[name] is not None for name in OF_A_BACKUP):
                raise CommandError("--new-key makes a key and no backup: give it alone.")
            self.make_key(options["new_key"])
            return
        if options["moment"] and not options["source"]:
            raise CommandError("Which database was recovered to that moment? Give --from, too.")
        folder = options["folder"] or Path(settings.BACKUP_FOLDER)
        if not settings.BACKUP_RECIPIENTS:
            raise CommandError(
                "Set BACKUP_RECIPIENTS: the public key of age for which backups are encrypted."
            )
        try:
            recipients = [archive.recipient(each) for each in settings.BACKUP_RECIPIENTS]
            using = another(options["source"]) if options["source"] else replica.alias()
            moment = read(options["moment"]) if options["moment"] else None
            make = partial(making.make, folder, recipients, tries=not options["untried"])
            try:
                backup, trial = make(using=using, is_recovered=using == RECOVERED, moment=moment)
            except (BrokenOff, psycopg.Error) as error:
                if using != replica.ALIAS:
                    raise
                # A replica ends what has kept it from its own work with the log for too long.
                said = reason(error) if isinstance(error, psycopg.Error) else error
                self.stderr.write(
                    f"The replica was not read to the end, so the primary is read: {said}"
                )
                backup, trial = make(using=DEFAULT_DB_ALIAS)
        except (Failed, ValueError) as error:
            raise CommandError(str(error)) from None
        except (psycopg.Error, DatabaseError) as error:
            raise CommandError(f"There is no backup: {reason(error)}") from None
        tried = "restored on trial" if backup.tried_at else "not tried"
        self.stdout.write(f"{folder / backup.file}: {backup.size:,} bytes, {tried}.")
        for name in trial.missing if isinstance(trial, Unpacked) else []:
            self.stderr.write(f"The database names a file that is not in the media: {name}")
        if options["keep_days"] is not None:
            for name in making.delete_old(folder, days=options["keep_days"]):
                self.stdout.write(f"Deleted: {name}")
        if isinstance(trial, NoRoom):
            raise CommandError(f"The backup is there, but was not tried. {trial}")

    def make_key(self, path: Path) -> None:
        """Write a secret key to a new file, and print its public key."""
        key = pyrage.x25519.Identity.generate()
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                with os.fdopen(handle, "w") as file:
                    file.write(f"# public key: {key.to_public()}\n{key}\n")
            except OSError:  # the disk is full: half a key opens nothing
                path.unlink()
                raise
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from None
        self.stdout.write(f"BACKUP_RECIPIENTS={key.to_public()}")
        self.stderr.write(f"Move {path} away from this machine: only it opens the backups.")


def days(text: str) -> int:
    """Return a number of days for argparse. Raise ValueError unless it is 0 or more."""
    if not text.isdecimal():  # as with a minus, by which backups of tomorrow would be old
        raise ValueError
    return int(text)


def read(text: str) -> datetime:
    """Return the moment that a text names, with its time zone. Raise CommandError."""
    with suppress(ValueError):  # there is no such day
        found = parse_datetime(text)
        if found and found.tzinfo and found <= timezone.now():
            return found
    raise CommandError(
        '--moment must read like "2027-03-01 14:59:00+00", and not lie in the future.'
    )


def another(url: str) -> str:
    """Return the alias of a database other than the site's. Raise CommandError for a wrong URL."""
    try:
        found = dj_database_url.parse(url)
    except ValueError:
        raise CommandError(
            "--from must read postgres://user:password@host:port/database."
        ) from None
    where = {name: found.get(name) for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")}
    connections.settings[RECOVERED] = connections.settings["default"] | where
    return RECOVERED
