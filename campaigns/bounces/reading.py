"""Reads the IMAP folder to which emails bounce, for the worker.

Messages about emails of this site are deleted once they are read. All others stay, marked as read.
"""

import imaplib
import logging
import ssl
import time
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessage, MailMessageFlags
from imap_tools.errors import ImapToolsError

from campaigns.bounces import consequences, reports, return_path
from campaigns.mailings import links

log = logging.getLogger(__name__)

TIMEOUT = 20.0  # seconds
PAUSE = 300.0  # seconds, while the folder cannot be read
BATCH = 100
# With a slow server a batch ends early, so that the worker does not appear to hang.
LONGEST = 60.0  # seconds
# A report with a copy of our email is smaller than this. Larger messages are never fetched.
LARGEST = 5_000_000  # bytes


def read_due() -> float | None:
    """Read one batch; return the seconds until the next, as `operations.rounds.Round` requires."""
    if not settings.BOUNCE_IMAP_HOST:
        return None
    until = time.monotonic() + LONGEST
    try:
        with connected() as folder:
            is_more = read(folder, until=until)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        log.warning("The folder of bounces cannot be read: %s", type(error).__name__)
        return PAUSE
    return 0 if is_more else None


def connected() -> BaseMailBox:
    """Log in and return the folder. Raise the errors of the connection and of the server."""
    place: dict[str, Any] = {"host": settings.BOUNCE_IMAP_HOST, "port": settings.BOUNCE_IMAP_PORT}
    if settings.BOUNCE_IMAP_TLS:
        # Without an explicit context, the server's certificate would not be verified.
        context = ssl.create_default_context()
        client: BaseMailBox = MailBox(**place, timeout=TIMEOUT, ssl_context=context)
    else:
        client = MailBoxUnencrypted(**place, timeout=TIMEOUT)
    return client.login(
        settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD, settings.BOUNCE_IMAP_FOLDER
    )


def read(folder: BaseMailBox, *, until: float) -> bool:
    """Read new messages for a limited time; return whether there may be more."""
    new = AND(seen=False, size_lt=LARGEST)
    messages = folder.fetch(new, mark_seen=False, limit=BATCH)
    for number, message in enumerate(messages, start=1):
        assert message.uid  # always set by the server
        if is_ours(message):
            folder.delete([message.uid])
        else:
            folder.flag([message.uid], MailMessageFlags.SEEN, True)
        if number == BATCH or time.monotonic() >= until:
            return True
    return False


def is_ours(message: MailMessage) -> bool:
    """Act on a message; return whether it was about an email of this site."""
    try:
        raw = message.obj.as_bytes()
        returned = return_path.find(raw)
        if returned is None:
            return False
        mailbox = links.mailbox_in(raw, returned.signature)
        consequences.act(returned, reports.said(message.obj), mailbox=mailbox)
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        # Anyone can send messages to this folder. One that neither Python's library nor our code
        # can parse must not block the others, nor be fetched again.
        log.error("A message in the folder of bounces failed: %s", type(error).__name__)
        return False
    return True
