"""manage.py demo: fills the site with the content of the demo."""

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.counting import counting
from demo import building, staff
from home.models import HomePage


@contextlib.contextmanager
def quiet(name: str) -> Iterator[None]:
    """Silence a logger, since Wagtail logs three lines for each new page."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


class Command(BaseCommand):
    help = (
        "Builds the demo site, with petitions, news, signatures and logins; what is there already "
        "is left as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Do nothing where there is a home page already, and leave the pictures for later.",
        )
        parser.add_argument(
            "--migrate", action="store_true", help="Make the tables first, without a word."
        )
        parser.add_argument(
            "--pictures",
            action="store_true",
            help="Only make the pictures in the sizes that the pages show.",
        )
        parser.add_argument(
            "--logins", action="store_true", help="Only list the staff's names and passwords."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["pictures"]:
            os.nice(10)  # Give way to the site, which has readers meanwhile.
            building.make_renditions()
            return
        if options["migrate"]:
            call_command("migrate", verbosity=0, skip_checks=False)
        if not options["logins"] and not (options["if_empty"] and HomePage.objects.exists()):
            self.build(pictures=not options["if_empty"])
        self.list_logins()

    def build(self, *, pictures: bool) -> None:
        self.say("Building the demo …")
        try:
            with quiet("wagtail"):
                building.build()
        except building.ForeignSignatures:
            raise CommandError(
                "This database holds signatures that the demo did not make, so it is left alone."
            ) from None
        except ImproperlyConfigured as problem:
            raise CommandError(str(problem)) from None
        if pictures:
            building.make_renditions()
        self.say(f"The demo is there, with {counting.site_total():,} signatures that count.")

    def list_logins(self) -> None:
        rows = staff.logins()
        if not rows:
            self.say("There are no demo logins here.")
            return
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        for name, password, who in rows:
            self.say(f"  {name:{widths[0]}}  {password:{widths[1]}}  {who}")

    def say(self, text: str) -> None:
        self.stdout.write(text)
