"""manage.py jobs: runs jobs until it is stopped; `manage.py worker` starts it by itself."""

import os
from typing import Any

from django.core.management import BaseCommand, CommandParser

from operations.jobs import kinds, process

# Whoever waits for a page, to sign or to work, goes before work that takes minutes anyway.
KINDNESS = 10


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # The worker, which starts it, has just made them.
    help = "Runs the large work that staff ask for in the CMS. manage.py worker starts it itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--end-with-parent", action="store_true", help="End when the standard input ends."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["end_with_parent"]:
            process.end_with_parent()
        os.nice(KINDNESS)
        kinds.discover()
        process.run()
