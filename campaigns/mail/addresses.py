"""A person's name and email, as a header of a mail holds them."""

from email.utils import formataddr

from django.utils.encoding import punycode


def addressed(name: str, email: str) -> str:
    """`Ada Lovelace <ada@example.org>`; a domain in other letters in its form for mail servers.

    Raises ValueError for an email that no header can hold.
    """
    local, _at, domain = email.rpartition("@")
    return formataddr((name, f"{local}@{punycode(domain)}"))
