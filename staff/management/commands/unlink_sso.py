"""manage.py unlink_sso: for a user who has a new identity at the provider."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management import BaseCommand, CommandError, CommandParser

from staff.sso import entering


class Command(BaseCommand):
    help = (
        "Unlinks an account from the provider: the next sign-in links the same email address anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError("There is no account with this name.")
        entering.unlink(user)
        self.stdout.write(
            "Done: the next sign-in through the provider links it by its email address."
        )
