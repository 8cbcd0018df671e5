"""manage.py delete_login_attempts: what is left of signing in."""

from typing import Any

from django.core.management import BaseCommand, call_command

from staff import lockout


class Command(BaseCommand):
    help = "Deletes failed log-ins of more than a day ago, and sessions that are over."

    def handle(self, *args: Any, **options: Any) -> None:
        forgotten = lockout.forget()
        call_command("clearsessions")
        if options["verbosity"]:
            self.stdout.write(f"{forgotten} failed log-ins forgotten.")
