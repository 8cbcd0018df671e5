"""gunicorn with gunicorn.conf.py, as in production."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path

from servers.ports import HOST
from servers.processes import START, Process

# Starts Python with these arguments, and with its output in `log`, in an environment of its own.
Begin = Callable[..., Process]


def start(
    bind: str,
    *options: str,
    environment: dict[str, str],
    log: Path,
    workers: int,
    pythonpath: str = "site",
    host: str = HOST,
    seconds: float = START,
    begin: Begin | None = None,
) -> Process:
    """Start a pool of workers, and return once it answers, within `seconds`.

    `bind` is host:port or unix:path, and `host` a name in ALLOWED_HOSTS. The last of the options
    may name another WSGI application. `begin` starts Python otherwise, in this environment.
    """
    arguments = (
        *("-m", "gunicorn", "--config", "gunicorn.conf.py"),
        *("--bind", bind, "--workers", str(workers), "--pythonpath", pythonpath, *options),
    )
    if begin:
        process = begin(*arguments, log=log)
    else:
        process = Process(sys.executable, *arguments, environment=environment, log=log)
    process.wait_until(lambda: answers(bind, host), seconds)
    return process


def answers(bind: str, host: str) -> bool:
    """Return whether a worker answers HTTP requests, with any status."""
    address, _, port = bind.rpartition(":")
    is_path = address == "unix"
    with socket.socket(socket.AF_UNIX if is_path else socket.AF_INET) as asked:
        asked.settimeout(20)
        try:
            asked.connect(port if is_path else (address, int(port)))
            asked.sendall(f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            return asked.recv(5) == b"HTTP/"
        except OSError:
            return False


class Application:
    """The site on a Unix socket, as nginx expects it, with the given environment."""

    def __init__(
        self,
        socket_path: Path,
        *,
        host: str,
        static: Path,
        media: Path,
        log: Path,
        environment: dict[str, str],
        begin: Begin | None = None,
    ) -> None:
        self.socket_path, self.host, self.log = socket_path, host, log
        self.static, self.media = static, media
        self.environment, self.begin = environment, begin
        self.sign_path = socket_path.with_name("sign.sock")
        self.staff_path = socket_path.with_name("staff.sock")
        self.process: Process | None = None

    def start(self) -> None:
        self.process = self.serve(self.socket_path)

    def serve(self, socket_path: Path) -> Process:
        """Start one pool of workers, and return once it answers."""
        return start(
            f"unix:{socket_path}",
            environment=self.environment,
            log=self.log,
            workers=2,
            host=self.host,
            begin=self.begin,
        )

    def run(self, *command: str, log: Path) -> Process:
        """Start Python with these arguments, in the environment of the application."""
        if self.begin:
            return self.begin(*command, log=log)
        return Process(sys.executable, *command, log=log, environment=self.environment)

    def stop(self) -> None:
        if self.process:
            self.process.end()
            self.process = None
