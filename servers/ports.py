"""Free ports on the loopback interface, where all servers of this package listen."""

import errno
import random
import socket

HOST = "127.0.0.1"
# Linux and macOS take the ports of outgoing connections from above these. A server that starts
# later than its port was chosen would find such a port taken by a client of any other server.
PORTS = range(20_000, 32_000)
GIVEN = set[int]()
# Tests seed the other generator, and processes side by side would then choose the same ports.
RANDOM = random.SystemRandom()


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """Return several ports at which nobody listens. A process is given no port twice."""
    found = list[int]()
    while len(found) < number:
        port = RANDOM.choice(PORTS)
        if port not in GIVEN and is_free(port):
            GIVEN.add(port)
            found.append(port)
    return found


def is_free(port: int) -> bool:
    """Return whether a server could listen at this port."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return False
    return True


def answers(port: int, host: str = HOST) -> bool:
    """Return whether a server accepts connections on this port."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
