"""A command that is told to stop clears up behind itself: its database, and its half of a file."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import BaseCommand


class Stoppable(BaseCommand):
    """Ends as an exception does, which passes each `finally`.

    Overrides `run_from_argv`, in which only a process of its own begins.
    """

    def run_from_argv(self, argv: list[str]) -> None:
        signal.signal(signal.SIGTERM, stop)
        super().run_from_argv(argv)


def stop(number: int, *args: object) -> None:
    """Raise SystemExit with the status of shells. A second signal does not disturb that."""
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)


@contextmanager
def later() -> Iterator[None]:
    """What would end the process waits until this is over."""
    ends = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
