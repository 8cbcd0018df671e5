"""manage.py erase_person: deletes all data of one person (GDPR, article 17)."""

import logging
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management import CommandError

from campaigns.management.person_command import PersonCommand
from campaigns.privacy import erasing

log = logging.getLogger(__name__)


class Command(PersonCommand):
    help = "Deletes all that the site stores about the person behind an email address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        who = self.who(options)
        found = erasing.count(who["email"], name=who["name"])
        self.say("To delete", found)
        if not found:
            # What cannot be counted, such as the files of rows that were not accepted, is deleted
            # all the same, and the ledger notes the mailbox: a backup may have more of it.
            erasing.erase(who["email"], name=who["name"])
            return
        if not (options["yes"] or is_wanted()):
            raise CommandError("Nothing was deleted.")
        receipt = erasing.erase(who["email"], name=who["name"])
        if receipt is None:  # A parallel run has just erased the person.
            self.say("Deleted", Counter())
            return
        self.say("Deleted", erasing.counted(receipt))
        self.stdout.write(f"Receipt {receipt.pk}.")
        log.info("Erased at a person's request: %s rows.", receipt.rows)

    def say(self, lead: str, found: Counter[str]) -> None:
        for what, count in sorted(found.items()):
            self.stdout.write(f"{lead}: {what}: {count}")
        self.stdout.write(f"{lead}: {found.total()} in all.")


def is_wanted() -> bool:
    try:
        return input("Delete all of this for good? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
