"""nginx before several machines (docs/scaling.md); the application runs on none of them."""

import contextlib
import re
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yaml

from servers.machines import SIGN, Front, Network
from servers.nginx import HOST, Site
from servers.ports import HOST as LOOPBACK
from servers.processes import ROOT


class Answers(BaseHTTPRequestHandler):
    """A web machine that answers."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing about each request."""


def test_a_web_machine_whose_address_is_silent_holds_up_one_request_a_second(
    application, certificate, tmp_path
):
    network = Network(tmp_path)
    silent, other = ((f"{network.prefix}{number}", SIGN) for number in (21, 22))

    def seconds(_: int) -> float:
        begun = time.monotonic()
        assert front.ask("/signatures/x/").status == 200
        return time.monotonic() - begun

    with contextlib.ExitStack() as stack:
        stack.enter_context(socket.create_server(silent, backlog=0))
        for _ in range(3):  # nobody accepts them, and further ones get no answer at all
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(silent)
        machine = stack.enter_context(ThreadingHTTPServer(other, Answers))
        threading.Thread(target=machine.serve_forever).start()
        stack.callback(machine.shutdown)
        front = Front(network, tmp_path, app=application, certificate=certificate)
        stack.callback(front.process.end)

        waits = [seconds(number) for number in range(30)]

    held_up = [wait for wait in waits if wait > 1.5]
    assert 1 <= len(held_up) <= 8  # and not every second one, which would be fifteen


def test_prometheus_asks_each_of_several_machines_under_its_address(
    application, certificate, tmp_path
):
    """A client sends no name of a server where it only has an address, as it is in TLS."""
    application.stop()
    guide = (ROOT / "docs/scaling.md").read_text()
    (block,) = re.findall(r"```yaml\n([^`]*tls_config:[^`]*)```", guide)
    name = yaml.safe_load(block)["tls_config"].get("server_name", LOOPBACK)
    own = {f"server_name {HOST}": f"server_name {HOST} {LOOPBACK}"}
    front = Site(tmp_path, app=application, certificate=certificate, instead=own)
    front.tls.check_hostname, front.tls.verify_mode = False, ssl.CERT_NONE
    try:
        with front.connect(name=HOST if name == "YOUR.SITE" else name) as machine:
            machine.sendall(f"GET /metrics HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n".encode())
            assert machine.recv(100).startswith(b"HTTP/1.1 503 ")  # the application is down
    finally:
        front.process.end()
