"""The base class of the commands about one person (erase_person, export_person)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from campaigns.privacy import people
from campaigns.signatures import key_fingerprint


class PersonCommand(BaseCommand):
    """Takes an email, which it never logs, and makes sure that nobody else is affected."""

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
        """The arguments for `campaigns.privacy.people`.

        Raises CommandError where two people share the email, and the options name neither.
        """
        # With a wrong key no signature would be found, and the answer would be wrong.
        key_fingerprint.verify()
        email, name = options["email"], options["name"]
        if "@" not in email:
            raise CommandError("This is not an email address.")
        if not (name or options["both"]) and people.is_shared(email):
            raise CommandError("Two people share this email address: give --name, or --both.")
        if people.staff_named(email).exists():
            self.stderr.write(
                "A member of the staff has this email address too: see their account in the CMS."
            )
        return {"email": email, "name": name}
