"""Statuses with which mail servers explain why they refused an email (RFC 3463)."""

import re

# No part of an IP address.
STATUS = re.compile(r"(?<![\w.])[245]\.(\d{1,3})\.\d{1,3}(?!\w|\.\d)")
POLICY = "7"  # RFC 3463, 3.8: security or policy
# Bad mailbox, bad domain, bad syntax, moved, not found (Exchange), no such host.
NO_MAILBOX = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4"}


def name_no_mailbox(text: str) -> bool:
    """Return whether a text contains a status for a mailbox that does not exist."""
    return any(match[0] in NO_MAILBOX for match in STATUS.finditer(text))
