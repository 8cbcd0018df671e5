"""Formats a name and an email address for the header of an email."""

from email.utils import formataddr

from django.utils.encoding import punycode


def addressed(name: str, email: str) -> str:
    """Return `Ada Lovelace <ada@example.org>`, with an internationalised domain in its ASCII form.

    Raise ValueError for an email address that no header can hold.
    """
    local, _at, domain = email.rpartition("@")
    return formataddr((name, f"{local}@{punycode(domain)}"))
