"""Statuses with which mail servers explain why they refused an email (RFC 3463)."""

import re

# No part of an IP address.
STATUS = re.compile(r"(?<![\w.])[245]\.(\d{1,3})\.\d{1,3}(?!\w|\.\d)")
POLICY = "7"  # RFC 3463, 3.8: security or policy
# Bad mailbox, bad domain, bad syntax, moved, not found (Exchange), no such host.
NO_MAILBOX = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4"}
# Microsoft's words for that, with statuses that mean other things elsewhere.
WORDS = {
    "5.4.1": "recipient address rejected: access denied",
    "5.5.0": "requested action not taken: mailbox unavailable",
}


def is_no_mailbox(status: re.Match[str]) -> bool:
    """Return whether a status, in the text in which it was found, is that of no mailbox."""
    words = WORDS.get(status[0])
    return status[0] in NO_MAILBOX or bool(words and words in status.string.lower())


def name_no_mailbox(text: str) -> bool:
    """Return whether a text contains a status for a mailbox that does not exist."""
    return any(is_no_mailbox(match) for match in STATUS.finditer(text))
