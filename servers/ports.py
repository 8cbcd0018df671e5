"""Ports on the loopback, where everything that is started here listens."""

import contextlib
import socket

HOST = "127.0.0.1"


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """All at once: one that was given back may be given again."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(number)]
        return [free.getsockname()[1] for free in found]


def answers(port: int, host: str = HOST) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
