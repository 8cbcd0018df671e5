"""How many emails of a mailing were refused in a row, over all connections of a worker.

One email that the mail server accepts ends the row. Each worker counts for itself: on its machine,
the server may accept none.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from campaigns.mail import refusals
from campaigns.mailings.mailing import MOST_REFUSED, MOST_UNANSWERED

# For so long, a server that refuses with 4xx is taken to be busy, or to accept few in a minute.
PATIENCE = 600.0  # seconds


@dataclass
class Row:
    """The recipients whose emails the server refused for now since it last accepted one."""

    # When, by the monotonic clock, in this order.
    refused_at: dict[int, float] = field(default_factory=dict)
    with_5xx: set[int] = field(default_factory=set)
    has_new: bool = False
    # The number of those whose emails it has perhaps taken since then.
    unanswered: int = 0

    def add(self, recipient: int, error: Exception, *, is_new: bool) -> None:
        """Add a recipient, who is new if this was the first attempt."""
        self.refused_at.setdefault(recipient, time.monotonic())
        if not refusals.is_temporary(error):
            self.with_5xx.add(recipient)
        self.has_new |= is_new

    @property
    def is_too_long(self) -> bool:
        """Whether the mailing must be paused.

        Recipients who were refused before, while others were accepted, are no reason for that.
        """
        if self.is_unanswered:
            return True
        last = next(islice(self.refused_at.values(), MOST_REFUSED - 1, None), None)
        if last is None or not self.has_new:
            return False
        return len(self.with_5xx) >= MOST_REFUSED or time.monotonic() - last >= PATIENCE

    @property
    def is_unanswered(self) -> bool:
        return self.unanswered >= MOST_UNANSWERED


ROWS: defaultdict[int, Row] = defaultdict(Row)  # by mailing
LOCK = threading.Lock()  # of the rows, which the worker's threads share
TAKEN_AT: dict[int, float] = {}  # by mailing: when the server last took one of its emails


@contextmanager
def row_of(mailing: int) -> Iterator[Row]:
    """Give the row of a mailing, which no other thread reads, changes or ends meanwhile."""
    with LOCK:
        yield ROWS[mailing]


def end(mailing: int) -> None:
    """Begin a new row; whoever holds the row of the mailing calls it when the mailing is paused."""
    ROWS.pop(mailing, None)


def take(mailing: int) -> None:
    """Note that the server has taken an email of this mailing."""
    TAKEN_AT[mailing] = time.monotonic()
    with LOCK:
        end(mailing)


def taken_ago(mailing: int) -> float:
    """Return the seconds since the server took an email of this mailing, or infinity."""
    return time.monotonic() - TAKEN_AT.get(mailing, float("-inf"))
