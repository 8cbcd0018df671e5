"""manage.py erasures: writes the ledger of erasures to a file, to be copied off the machine."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from operations.backups import erasure_ledger, making
from operations.backups.failures import Failed
from operations.database_errors import reason


class Command(BaseCommand):
    help = "Writes the keyed hashes of what was deleted for good into a file, for a later restore."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="By default in BACKUP_FOLDER.")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"] or Path(settings.BACKUP_FOLDER) / making.LEDGER
        try:
            number = erasure_ledger.save(file)
        except OSError as error:
            # The error of a full disk names no file.
            raise CommandError(f"{error.filename or file}: {error.strerror}.") from None
        except Failed as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The ledger was not written: {reason(error)}") from None
        self.stdout.write(f"{file}: {number} erasures.")
