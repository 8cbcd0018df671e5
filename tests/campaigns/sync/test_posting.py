"""No request goes to a private network, whatever the host name is."""

import contextlib
import socket
import threading
import time
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

from campaigns.sync import posting
from campaigns.sync.posting import NotSent, Problem
from servers.ports import HOST

PRIVATE = (
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "localhost"),
    *("169.254.169.254", "2852039166", "[fe80::1]", "[fd00:ec2::254]", "[fc00::1]"),
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "198.18.0.1", "192.0.2.1"),
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "[ff02::1]", "[64:ff9b::a9fe:a9fe]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[fec0::1]", "[100::1]"),
    *("[::127.0.0.1]", "[::8.8.8.8]", "[::ffff:0:127.0.0.1]", "[4000::1]", "168.63.129.16"),
)


@pytest.fixture
def connections(monkeypatch) -> list[object]:
    """Every address to which the code tries to connect. No connection is made."""
    tried: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


def problem(url: str) -> str:
    with pytest.raises(NotSent) as raised:
        posting.send(url, body="{}")
    return raised.value.problem


def test_no_private_address_is_connected_to(connections):
    found = {host: problem(f"https://{host}/") for host in PRIVATE}

    assert found == dict.fromkeys(PRIVATE, Problem.PRIVATE)
    assert connections == []


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(connections, monkeypatch):
    looked_up = []
    answers = iter(["93.184.215.14", "127.0.0.1", "10.0.0.1"])

    def look_up(host: str, port: int, **kwargs: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        found = next(answers) if host.endswith(".example") else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lambda h, p, *a, **k: look_up(h, p))

    first, second = (problem("https://turns.example/") for _time in range(2))

    assert (first, second) == (Problem.REFUSED, Problem.PRIVATE)
    assert connections == [("93.184.215.14", 443)]


def test_on_loopback_only_what_the_setting_allows(connections, settings):
    settings.RECEIVERS_ON_LOOPBACK = True

    found = [
        problem(url)
        for url in ("http://127.0.0.1:9/", "http://[::1]:9/", "http://10.0.0.1/", "ftp://a.org/")
    ]

    refused, private = Problem.REFUSED, Problem.PRIVATE
    assert found == [refused, refused, private, refused]
    assert [address[:2] for address in connections] == [("127.0.0.1", 9), ("::1", 9)]


def test_what_is_no_address_is_no_failure_of_ours(connections):
    odd = (
        *("", "https://", "https://[", "https://a b/", "http://example.org/", "https://\x00/"),
        *("file:///etc/passwd", "https://" + "a" * 300 + ".org/", "https://example.org:99999/"),
    )

    assert {problem(url) for url in odd} <= {Problem.REFUSED, Problem.NAME}
    assert connections == []


@pytest.mark.parametrize(
    ("first", "again", "pause"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
            b"X-More: 1\r\n" * 1000,
            0,
        ),
        (b"", b"H", 0.05),
    ],
    ids=["continue", "trailers", "bytes"],
)
def test_of_a_request_that_was_given_up_no_thread_is_left(
    settings, monkeypatch, first, again, pause
):
    """The server never ends what it says."""
    settings.RECEIVERS_ON_LOOPBACK = True
    monkeypatch.setattr(posting, "DEADLINE", 0.3)

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.wfile.write(first)
                while True:
                    self.wfile.write(again)
                    time.sleep(pause)

    with ThreadingTCPServer((HOST, 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with pytest.raises(NotSent) as raised:
            posting.send(f"http://{HOST}:{server.server_address[1]}/", body="{}", largest=9)
        left = [each for each in threading.enumerate() if each.name == posting.THREAD]
        for each in left:
            each.join(30)
        server.shutdown()

    assert raised.value.problem == Problem.SLOW
    assert [each for each in left if each.is_alive()] == []
