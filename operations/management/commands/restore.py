"""manage.py restore: replaces database and media with those of a backup, or only tries it."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from operations.backups import archive, erasure_ledger, making, restoring
from operations.backups.backup_record import Backup
from operations.backups.failures import Failed
from operations.backups.restoring import Restored
from operations.backups.stopping import Stoppable
from operations.database_errors import reason


class Command(Stoppable):
    help = "Puts a backup in the place of the database and the media, which stay under other names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The backup.")
        parser.add_argument(
            "--key",
            type=Path,
            required=True,
            help="The file with the secret key of age; - for the standard input.",
        )
        parser.add_argument("--try", action="store_true", dest="trial", help="Change nothing.")
        erasures = parser.add_mutually_exclusive_group()
        erasures.add_argument(
            "--erasures",
            type=Path,
            metavar="FILE",
            help="The newest ledger of erasures; by default that of BACKUP_FOLDER.",
        )
        erasures.add_argument(
            "--without-erasures",
            action="store_true",
            help="There is no ledger: those who were deleted after the backup are there again.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys = archive.identities(options["key"])
            if options["trial"]:
                if options["erasures"] and (file := ledger_file(options)):
                    erasure_ledger.load(file)
                    erasure_ledger.require_key(file)
                self.attempt(options["file"], keys)
                return
            found = restoring.restore(options["file"], keys, erasures=ledger_file(options))
        except OSError as error:
            # The absolute path, since relative ones are resolved in the folder of the release.
            place = Path(error.filename or options["file"]).absolute()
            raise CommandError(f"{place}: {error.strerror}. Nothing was changed.") from None
        except (Failed, ValueError) as error:
            raise CommandError(f"{error} Nothing was changed.") from None
        except (psycopg.Error, DatabaseError) as error:
            raise CommandError(f"{reason(error)}. Nothing was changed.") from None
        self.report(found)

    def attempt(self, file: Path, keys: list[Any]) -> None:
        found = making.attempt(file, keys)
        now = timezone.now()
        Backup.objects.filter(file=file.name).update(tried_at=now, opened_at=now)
        self.stdout.write(
            f"This backup of {found.made_at:%Y-%m-%d %H:%M} UTC can be restored: "
            f"{sum(found.rows.values()):,} rows, {found.files:,} files."
        )

    def report(self, found: Restored) -> None:
        unpacked = found.unpacked
        self.stdout.write(
            f"Restored: {sum(unpacked.rows.values()):,} rows and {unpacked.files:,} files "
            f"of {unpacked.made_at:%Y-%m-%d %H:%M} UTC. {found.erased} entries of the ledger of "
            "erasures were carried out again."
        )
        for said in found.said:
            self.stdout.write(said)
        self.stdout.write(f"The database of before is called {found.database_before}.")
        if found.media_before:
            self.stdout.write(f"The media of before are in {found.media_before}.")


def ledger_file(options: dict[str, Any]) -> Path | None:
    """Return the ledger to replay; None without erasures. Raise Failed if the file is missing."""
    if options["without_erasures"]:
        return None
    file: Path = options["erasures"] or Path(settings.BACKUP_FOLDER) / making.LEDGER
    if not file.exists():
        raise Failed(f"There is no ledger of erasures at {file}: give --erasures FILE.")
    return file
