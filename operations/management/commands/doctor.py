"""manage.py doctor: checks everything that can be wrong with this installation, and reports it."""

import json
import re
import sys
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from operations import probes
from operations.doctor import (
    bucket,
    database,
    findings,
    front,
    machine,
    mail,
    packages,
    replicas,
    upkeep,
)
from operations.doctor.findings import Asked, Finding

CHECKS: dict[str, findings.Check] = {
    "database": database.check,
    "replicas": replicas.check,
    "clock": machine.clock,
    "disk": machine.disk,
    "files": machine.files,
    "packages": packages.check,
    "bucket": bucket.check,
    "mail": mail.check,
    "front": front.thorough,
    "worker": upkeep.running,
    "backups": upkeep.backups,
}
SELECTOR = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*", re.ASCII)
# The exit status of the command.
WELL, HINTS, FAULTS = 0, 1, 2


class Command(BaseCommand):
    help = "Says what is wrong with this installation, why it matters, and what mends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mail-to", default="", metavar="EMAIL", help="Send a test email there."
        )
        parser.add_argument(
            "--dkim-selector", default="", metavar="NAME", help="Look for this key of DKIM."
        )
        parser.add_argument("--json", action="store_true", help="For programs.")
        parser.add_argument(
            "--token", action="store_true", help="Only print the token with which /readyz says all."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["token"]:
            self.stdout.write(next(probes.tokens()))
            return
        asked = read(options["mail_to"], options["dkim_selector"])
        found = []
        for part, its in findings.examine(CHECKS, asked):
            found += its
            if not options["json"]:
                self.say(part, its)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in found], indent=2))
        else:
            self.stdout.write("\n".join(["", *asked.done, summary(found)]))
        if found:
            sys.exit(FAULTS if any(each.is_fault for each in found) else HINTS)

    def say(self, part: str, found: list[Finding]) -> None:
        if not found:
            self.stdout.write(f"{part}: well")
        for each in found:
            self.stdout.write(f"{part}: {'FAULT' if each.is_fault else 'hint'}: {each.what}")
            self.stdout.write(f"    {each.why}")
            self.stdout.write(f"    → {each.mend}")


def read(mail_to: str, selector: str) -> Asked:
    """Return what is asked for. Raise CommandError for an impossible address or name."""
    try:
        if mail_to:
            validate_email(mail_to)
    except ValidationError:
        raise CommandError("--mail-to must be one email address alone.") from None
    if selector and not SELECTOR.fullmatch(selector):
        raise CommandError("--dkim-selector must be the name before ._domainkey, such as june.")
    return Asked(mail_to, selector)


def summary(found: list[Finding]) -> str:
    faults = sum(each.is_fault for each in found)
    if not found:
        return "All is well."
    more = " What to do, step by step: docs/at-night.md" if faults else ""
    return f"Faults: {faults}. Hints: {len(found) - faults}.{more}"
