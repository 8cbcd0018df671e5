"""manage.py reset_second_factor: for an administrator who has lost phone and backup codes."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management import BaseCommand, CommandError, CommandParser

from staff import second_factor


class Command(BaseCommand):
    help = "Removes the second factor of an account, so that its owner sets up a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError("There is no account with this name.")
        second_factor.reset(user, by=None)
        is_needed = second_factor.is_needed(user)
        what = "set up at the next sign-in" if is_needed else "not needed by this account"
        self.stdout.write(f"Done: a new second step is {what}.")
