"""manage.py retention: reminds, deletes and anonymises, as the worker does every hour."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils.formats import date_format

from campaigns.privacy import forecast, retention


class Command(BaseCommand):
    help = "Reminds signers who have not confirmed; deletes and anonymises what is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and change nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.foretell(forecast.forecast())
            return
        done = retention.run()
        self.stdout.write(
            f"{done.deleted} deleted, {done.reminded} reminded, {done.anonymised} anonymised, "
            f"{done.for_mailings} left for mailings; "
            f"keys deleted: {done.networks} of networks, {done.mailboxes} of mailboxes."
        )
        if not done.is_complete:
            self.stdout.write(
                "Not everything was done: another process is doing the same, and does the rest, or "
                "the log says why the clock cannot be trusted."
            )

    def foretell(self, found: forecast.Forecast) -> None:
        for due in found.petitions:
            self.stdout.write(
                f"{due.petition.slug}: {due.deleted} to delete, {due.reminded} to remind, "
                f"{due.anonymised} to anonymise, {due.for_mailings} to leave for mailings; "
                f"{clock(due)}"
            )
        self.stdout.write(
            f"Keys to delete: {found.networks} of networks, {found.mailboxes} of mailboxes."
        )
        self.stdout.write("Nothing was changed.")


def clock(due: forecast.Due) -> str:
    if due.held_reason:
        return f"held: {due.held_reason}"
    if due.retained_until is None:
        return "has no end yet"
    return f"retained until {date_format(due.retained_until, 'Y-m-d')}"
