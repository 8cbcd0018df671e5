"""manage.py setup: create the site, its home page and the first account unless they exist."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from home import new_installation
from operations import health_readings


class Command(BaseCommand):
    help = "Makes the home page and the first account of a new site. It can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", default="", help="else of DEFAULT_FROM_EMAIL")
        parser.add_argument("--email", default="", help="of the first account; else OPERATOR_EMAIL")

    def handle(self, *args: Any, organisation: str, email: str, **options: Any) -> None:
        is_well, said = health_readings.migrations()
        if not is_well:
            raise CommandError(f"Migrations: {said}")
        address = email or settings.OPERATOR_EMAIL
        if not address and not new_installation.has_administrator():
            raise CommandError("Whose is the first account? Give --email, or set OPERATOR_EMAIL.")
        if email:
            try:
                validate_email(email)
            except ValidationError:
                raise CommandError(f"“{email}” is no email address.") from None
        name = organisation or new_installation.organisation()[0] or settings.WAGTAIL_SITE_NAME
        if new_installation.make_home(name):
            self.stdout.write(
                f"The site “{name}” has a home page, and a list of campaigns: {settings.BASE_URL}/"
            )
            if (short := new_installation.shortened(name)) != name:
                self.stdout.write(
                    f"Pages and emails call it “{short}”: another name is given under Settings › "
                    "Identity."
                )
        else:
            self.stdout.write("The site has a home page already.")
        user = new_installation.first_administrator(address)
        if user is None:
            self.stdout.write("There is an administrator already.")
            return
        if email:
            new_installation.correct(user, email)
        days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
        self.stdout.write(
            f"The first account is “{user.get_username()}”. Choose its password here. The link "
            f"works once, within {days} days; “lastdrop setup” makes another one.\n"
            f"{new_installation.link_to_begin(user)}"
        )
