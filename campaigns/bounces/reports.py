"""Parses messages to the return path: whether an email has failed, or its reader complains.

flufl.bounce, which recognises the reports of many mail servers, decides whether a message reports a
failure. The status of RFC 3463 (`Status: 5.1.1`) says how permanent the failure is.
"""

import re
from collections.abc import Iterable, Iterator
from email.message import Message
from enum import Enum

from flufl.bounce import all_failures

from campaigns.bounces.statuses import POLICY, STATUS, is_no_mailbox


class Said(Enum):
    """What a report says about an email."""

    NOTHING = "nothing"
    # The mailbox does not exist.
    GONE = "gone"
    # The mail server gave up: the mailbox is full, a server does not answer, or the reason is
    # unknown.
    FAILED = "failed"
    # Refused because of its sender or text, which says nothing about the mailbox.
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
    """Parse any message; a warning that an email is delayed counts as NOTHING."""
    if (kind := feedback(message)) is not None:
        return FEEDBACK.get(kind, Said.NOTHING)
    try:
        _late, failed = all_failures(message)
    except (LookupError, ValueError, TypeError, AttributeError):
        return Said.NOTHING  # flufl.bounce fails on messages that lack expected parts
    if not failed:
        return Said.NOTHING
    return of_statuses(statuses(message)) or Said.FAILED


def of_statuses(found: Iterable[re.Match[str]]) -> Said | None:
    """Interpret the statuses of a failed email; return None if there are none."""
    matches = list(found)
    if any(is_no_mailbox(match) for match in matches):
        return Said.GONE
    if matches and all(match[1] == POLICY for match in matches):
        return Said.REFUSED
    return Said.FAILED if matches else None


def feedback(message: Message) -> str | None:
    """Return the type of a feedback report (ARF, RFC 5965), such as “abuse”; None if it is none."""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            fields = part.get_payload()
            first = fields[0] if isinstance(fields, list) and fields else Message()
            assert isinstance(first, Message)  # as Python parses every message/*
            return str(first.get("Feedback-Type", "")).strip().lower()
    return None


def statuses(message: Message) -> Iterator[re.Match[str]]:
    """Return the statuses of the failed recipients in a delivery report (RFC 3464)."""
    for part in message.walk():
        blocks = part.get_payload()
        if part.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
            continue
        for block in blocks:
            assert isinstance(block, Message)  # as Python parses this type
            match = STATUS.search(str(block.get("Status", "")))
            if match and str(block.get("Action", "")).strip().lower().startswith("fail"):
                # Exim writes the same status, 5.0.0, for all failures.
                answer = answered(block)
                is_better = answer and (match[0].endswith(".0.0") or match[0] == answer[0])
                yield answer if answer and is_better else match


def answered(block: Message) -> re.Match[str] | None:
    """Return the status in the answer of the mail server that refused the email."""
    whole = " ".join(str(block.get("Diagnostic-Code", "")).split())
    protocol, _, answer = whole.partition(";")
    return STATUS.search(answer) if protocol.strip().lower() == "smtp" else None
