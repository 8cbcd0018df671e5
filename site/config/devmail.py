"""Email in development: each email becomes a file, and its first link is printed to be clicked."""

import os
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from email.generator import BytesGenerator
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes emails to EMAIL_FILE_PATH; file names sort by time and contain no email address."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            path = write(message)
            link = re.search(r"https?://[^\s<>\"]+", str(message.body))
            suffix = f": {link[0]}" if link else ""
            print(f"Email written to {os.path.relpath(path, settings.ROOT)}{suffix}", flush=True)
        return len(email_messages)


def write(message: EmailMessage) -> Path:
    # Only the settings for development have EMAIL_FILE_PATH.
    folder = Path(settings.EMAIL_FILE_PATH)  # type: ignore[misc]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}.eml"
    half = path.with_suffix(".half")  # So an .eml file is never incomplete.
    with half.open("wb") as file:
        BytesGenerator(file, mangle_from_=False).flatten(message.message(), linesep="\r\n")
    return half.rename(path)
