"""manage.py rekey: replaces the old SIGNATURE_KEY or SECRET_KEY with a new one."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from campaigns.rekeying import moving, progress, switching
from campaigns.rekeying.moving import Report
from campaigns.signatures import key_fingerprint
from campaigns.signatures.signature import Signature
from operations import encryption, keyring
from operations.backups import hooks
from operations.database_errors import reason
from operations.doctor import findings

SAYS_EACH = 5  # seconds


class Command(BaseCommand):
    help = (
        "Makes all digests anew with SIGNATURE_KEY, encrypts what receivers and the phones of "
        "staff need anew with SECRET_KEY, and says who still needs the old keys."
    )

    said_at = 0.0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--status", action="store_true", help="Only say how it stands.")

    def handle(self, *args: Any, **options: Any) -> None:
        key_fingerprint.verify()
        hooks.discover()
        if settings.SECRET_KEY_FALLBACKS and not options["status"]:
            self.reseal()
        if keyring.is_rotating() and not options["status"]:
            try:
                self.rekey()
            except switching.Busy:
                raise CommandError(
                    "Something large is being stored, such as an import. Nothing was changed: "
                    "try again."
                ) from None
            except DatabaseError as error:
                raise CommandError(
                    f"It was not finished: {reason(error)}. Run it again: it does what is left."
                ) from None
        for line in progress.lines():
            self.stdout.write(line)
        for look in findings.OF_KEYS:
            if look is not progress.look:
                self.stdout.writelines(finding.what for finding in look())

    def reseal(self) -> None:
        done, lost = map(sum, zip(*(renew() for renew in encryption.RENEWING), strict=True))
        self.stdout.write(f"Secrets that were encrypted anew with SECRET_KEY: {done:,}.")
        if not lost:
            self.stdout.write(
                "Receivers and phones need no key of SECRET_KEY_FALLBACKS any more. Backup codes "
                "and links in emails of before do."
            )

    def rekey(self) -> None:
        if switching.is_due():
            switching.switch()
            self.stdout.write("From now on SIGNATURE_KEY makes the digests.")
        self.rows, self.said_at = Signature.objects.count(), time.monotonic()
        report = moving.run(say=self.say)
        self.stdout.write(f"{report.moved:,} rows were moved to SIGNATURE_KEY.")
        if report.merged:
            self.stdout.write(
                f"{report.merged:,} signatures were deleted, since the same mailbox had signed "
                "under both keys."
            )
        if report.left:
            self.stdout.write(f"{report.left:,} rows were locked by others: run it again.")
        if report.unknown:
            self.stdout.write(
                f"{report.unknown:,} rows have a key that the settings do not name. Put that key "
                "into SIGNATURE_KEY_FALLBACKS, restart all services, and run it again."
            )

    def say(self, report: Report) -> None:
        if time.monotonic() > self.said_at + SAYS_EACH:
            self.said_at = time.monotonic()
            self.stdout.write(f"{report.seen:,} of about {self.rows:,} …")
