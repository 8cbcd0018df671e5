"""manage.py prepare_search: creates the search indexes after pg_trgm was added to the database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from campaigns.finding import trigrams


class Command(BaseCommand):
    help = (
        "Make the indexes by which the CMS finds parts of names and email addresses, while people "
        "sign."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the indexes, and say what can be found now."""
        if trigrams.prepare(connection):
            self.stdout.write("Parts of names and email addresses are found.")
        else:
            self.stdout.write(
                "The database lacks the module pg_trgm, or its role may not add it: names and "
                "email addresses are found by their beginning. A superuser of the database can "
                "add it with: CREATE EXTENSION pg_trgm"
            )
