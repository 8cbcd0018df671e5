"""Free ports on the loopback interface, where all servers of this package listen."""

import contextlib
import socket

HOST = "127.0.0.1"


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """Return several free ports, reserved together, since a released port may be returned again."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(number)]
        return [free.getsockname()[1] for free in found]


def answers(port: int, host: str = HOST) -> bool:
    """Return whether a server accepts connections on this port."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
