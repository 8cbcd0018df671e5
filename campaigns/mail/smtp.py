"""Addresses in headers, and Django's backend, which tells whether an email has perhaps been taken.

A server that does not answer in time once it has the whole email (RFC 5321, 4.5.3.2.6, RFC 1047)
has perhaps taken it: whoever sends it again may send it twice.
"""

import re
import smtplib
from collections.abc import Sequence
from email.header import Header
from email.utils import formataddr, quote
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.utils import DNS_NAME
from django.utils.encoding import punycode

from campaigns.canonical_emails import exact
from operations.doctor.answers import Unanswered

# The full name of a host, and no IP address.
FULL_NAME = re.compile(r"[\w.-]+\.[a-z][\w-]*", re.ASCII | re.IGNORECASE)
# What ends an email (RFC 5321, 4.5.2); `smtplib` sends it together with the email, as bytes.
END = b"\r\n.\r\n"


def introduce() -> None:
    """Use the site's name for EHLO and Message-IDs, instead of the machine's, if it is a full one.

    With Docker, a machine is called `worker`, which many mail servers refuse.
    """
    host = punycode(urlsplit(settings.BASE_URL).hostname or "")
    if FULL_NAME.fullmatch(host):
        DNS_NAME._fqdn = host


class Connection(smtplib.SMTP):
    """A connection that waits `patience` seconds for the answer to an email, if that is given."""

    # Whether what was sent last is the end of an email. The server takes nothing before it.
    is_whole = False

    def __init__(self, *arguments: Any, patience: float | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.patience = patience

    def send(self, s: Any) -> None:
        self.is_whole = False
        super().send(s)
        self.is_whole = isinstance(s, bytes) and s.endswith(END)
        if self.is_whole and self.sock and self.patience:
            self.sock.settimeout(self.patience)

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except OSError as error:
            if not self.is_whole:
                raise
            raise Unanswered(str(error)) from None
        finally:
            if self.sock:
                self.sock.settimeout(self.timeout)


class EmailBackend(smtp.EmailBackend):
    """Django's backend; `patience` is for the worker, since no request can wait for so long."""

    def __init__(self, *arguments: Any, patience: float | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.patience = patience

    @property
    def connection_class(self) -> Any:
        return partial(Connection, patience=self.patience)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for each in email_messages:
            each.to = [exact(email) for email in each.to]
        return super().send_messages(email_messages)


def addressed(name: str, email: str) -> str:
    """Return `Ada Lovelace <ada@example.org>`, with an internationalised domain in its ASCII form.

    Raise ValueError for an email address that no header can hold.
    """
    name = name.replace("=?", "= ?")  # else a mail program decodes what follows (RFC 2047)
    local, _at, domain = exact(email).rpartition("@")
    address = f"{local}@{punycode(domain)}"
    if name.isascii():
        return formataddr((name, address))
    if django.VERSION >= (6, 1):  # It encodes and folds headers itself.
        return f'"{quote(name)}" <{formataddr(("", address))}>'
    # In words of at most 75 characters (RFC 2047), between which a header can be folded.
    words = Header(name, "utf-8", maxlinelen=75).encode().split()
    return formataddr((" ".join(words), address))
