"""Commands that clean up when they are stopped: their scratch database and their partial file."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import BaseCommand

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stoppable(BaseCommand):
    """A command that ends by an exception when it is stopped, so that each `finally` is run.

    Overrides `run_from_argv`, which runs only when the command has a process of its own.
    """

    def run_from_argv(self, argv: list[str]) -> None:
        signal.signal(signal.SIGTERM, stop)
        super().run_from_argv(argv)


def stop(number: int, *args: object) -> None:
    """Raise SystemExit with the status that shells use. A second signal is ignored."""
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)


@contextmanager
def later() -> Iterator[None]:
    """Delay signals that would end the process until the block is left. For the main thread only.

    A mask would not do: the kernel gives a signal of the process to any thread that takes it, and
    Python then runs its handler in the main one.
    """
    came: list[int] = []
    usual = {each: signal.signal(each, lambda number, _: came.append(number)) for each in ENDS}
    try:
        yield
    finally:
        for each in ENDS:
            signal.signal(each, usual[each])
        for number in came:
            signal.raise_signal(number)
