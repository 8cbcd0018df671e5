"""manage.py delete_login_attempts: delete old failed sign-ins and expired sessions."""

from typing import Any

from django.core.management import BaseCommand, call_command

from staff import lockout


class Command(BaseCommand):
    help = "Deletes failed sign-ins of more than a day ago, and sessions that have ended."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = lockout.delete_old_attempts()
        call_command("clearsessions")
        if options["verbosity"]:
            self.stdout.write(f"{deleted} failed sign-ins deleted.")
