"""A receiver: a real HTTP server in a thread, which stores the requests that it got."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

from servers.ports import HOST


class Got(NamedTuple):
    headers: dict[str, str]
    body: str

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def told(self) -> tuple[str, str]:
        """What happened, and to which signature."""
        return self.event["type"].removeprefix("signature."), self.event["data"].get("id", "")


class Server:
    """Answers with `status`, `headers` and `body`, or calls `act` instead."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.status, self.headers, self.body = 204, dict[str, str](), b""
        self.act: Callable[[BaseHTTPRequestHandler], None] | None = None
        self.url = ""

    @property
    def told(self) -> list[tuple[str, str]]:
        return [each.told for each in self.got]

    @property
    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.got]


@contextlib.contextmanager
def receiving() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.got.append(Got(headers, self.rfile.read(length).decode()))
            if server.act:
                server.act(self)
                return
            self.send_response(server.status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(server.body)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            pass

    running = ThreadingHTTPServer((HOST, 0), Handler)
    running.daemon_threads = True
    server.url = f"http://{HOST}:{running.server_port}/hook"
    Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        running.shutdown()
        running.server_close()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a response that never ends, a byte at a time."""
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.05)


def flood(handler: BaseHTTPRequestHandler) -> None:
    """Send a response that never ends, as fast as the connection allows."""
    with contextlib.suppress(OSError):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b" " * 65536)
