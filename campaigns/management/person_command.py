"""The base class of the commands about one person (erase_person, export_person)."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError

from campaigns.privacy import people
from campaigns.signatures import key_fingerprint


class PersonCommand(BaseCommand):
    """A command for one email address. It never logs it, and never affects anybody else."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="The email address, in any spelling.")
        parser.add_argument(
            "--name",
            default="",
            help="Only the person of this name, where two share the email address.",
        )
        parser.add_argument(
            "--both", action="store_true", help="Both people who share one email address."
        )

    def who(self, options: dict[str, Any]) -> dict[str, str]:
        """Return the arguments for `campaigns.privacy.people`.

        Raise CommandError if two people share the email address, and the options name neither.
        """
        # With a wrong key no signature would be found, and the output would be wrong.
        key_fingerprint.verify()
        name = options["name"]
        try:
            email = people.pasted_email(options["email"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if not (name or options["both"]) and people.is_shared(email):
            raise CommandError("Two people share this email address: give --name, or --both.")
        if people.staff_named(email, "", people.EVERYTHING).exists():
            self.stderr.write(
                "A member of the staff has this email address too: see their account in the CMS."
            )
        return {"email": email, "name": name}
