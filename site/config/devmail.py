"""Mail in development: a file each, and its first link on the console to click on."""

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
    """Writes to EMAIL_FILE_PATH; the names of the files sort by time and tell nothing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            path = write(message)
            link = re.search(r"https?://[^\s<>\"]+", message.body)
            say = f": {link[0]}" if link else ""
            print(f"Mail written to {os.path.relpath(path, settings.ROOT)}{say}", flush=True)
        return len(email_messages)


def write(message: EmailMessage) -> Path:
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}.eml"
    half = path.with_suffix(".half")  # nobody reads a mail that is half written
    with half.open("wb") as file:
        BytesGenerator(file, mangle_from_=False).flatten(message.message(), linesep="\r\n")
    return half.rename(path)
