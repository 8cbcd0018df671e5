"""What a message to the return path says: that a mail failed, or that its reader complains.

Whether it speaks of a failure is decided by flufl.bounce, which knows the reports of many mail
servers. How lasting that is, the status of RFC 3463 says (`Status: 5.1.1`).
"""

import re
from collections.abc import Iterable, Iterator
from email.message import Message
from enum import Enum

from flufl.bounce import all_failures

from campaigns.bounces.statuses import NO_MAILBOX, POLICY, STATUS


class Said(Enum):
    """What was said of a mail."""

    NOTHING = "nothing"
    # There is no such mailbox.
    GONE = "gone"
    # The mail was given up: a full mailbox, a server that does not answer, a reason that we cannot
    # tell.
    FAILED = "failed"
    # It was refused because of its sender or its text, which says nothing about the mailbox.
    REFUSED = "refused"
    # A reader pressed “This is spam”.
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


FEEDBACK = {
    "abuse": Said.COMPLAINED,
    "fraud": Said.COMPLAINED,
    "opt-out": Said.UNSUBSCRIBED,
}


def said(message: Message) -> Said:
    """Read a message, whatever it is; a warning that a mail is late says nothing yet."""
    if (kind := feedback(message)) is not None:
        return FEEDBACK.get(kind, Said.NOTHING)
    try:
        _late, failed = all_failures(message)
    except (LookupError, ValueError, TypeError, AttributeError):
        return Said.NOTHING  # some of its parts take for granted what a message may lack
    if not failed:
        return Said.NOTHING
    return of_statuses(statuses(message)) or Said.FAILED


def of_statuses(found: Iterable[re.Match[str]]) -> Said | None:
    """What statuses say of a mail that failed; None where there is none."""
    matches = list(found)
    if NO_MAILBOX & {match[0] for match in matches}:
        return Said.GONE
    if matches and all(match[1] == POLICY for match in matches):
        return Said.REFUSED
    return Said.FAILED if matches else None


def feedback(message: Message) -> str | None:
    """The type of a feedback report (ARF, RFC 5965), such as “abuse”; None if it is none."""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            fields = part.get_payload()
            first = fields[0] if isinstance(fields, list) and fields else Message()
            assert isinstance(first, Message)  # as Python reads every message/*
            return str(first.get("Feedback-Type", "")).strip().lower()
    return None


def statuses(message: Message) -> Iterator[re.Match[str]]:
    """The statuses in a delivery report (RFC 3464) of the recipients whose mail failed."""
    for part in message.walk():
        blocks = part.get_payload()
        if part.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
            continue
        for block in blocks:
            assert isinstance(block, Message)  # as Python reads this kind
            match = STATUS.search(str(block.get("Status", "")))
            if match and str(block.get("Action", "")).strip().lower().startswith("fail"):
                yield match
