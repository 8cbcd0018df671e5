"""Wait for what other processes and threads do, which takes seconds on a busy machine."""

import time
from collections.abc import Callable


def wait(is_true: Callable[[], bool], seconds: float = 90) -> bool:
    """Return whether it became true within `seconds`."""
    until = time.monotonic() + seconds
    while not is_true() and time.monotonic() < until:
        time.sleep(0.05)
    return is_true()
