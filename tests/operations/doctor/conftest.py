"""Local servers in the place of those that the doctor queries: DNS, TLS, advisories."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest

from operations.doctor import packages
from servers import nginx
from tests.campaigns.sync.server import Server, receiving
from tests.conftest import needed


@pytest.fixture
def records() -> Iterator[dict[str, str]]:
    """The TXT records of the DNS server that the doctor queries. Tests may change them."""
    known: dict[str, str] = {}
    before = dns.resolver.default_resolver
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=answer, args=[server, known])
        thread.start()
        ours = dns.resolver.Resolver(configure=False)
        ours.nameservers, ours.port = ["127.0.0.1"], server.getsockname()[1]
        dns.resolver.default_resolver = ours
        yield known
        dns.resolver.default_resolver = before
        server.sendto(b"", server.getsockname())
        thread.join()


def answer(server: socket.socket, known: dict[str, str]) -> None:
    while True:
        asked, whom = server.recvfrom(4096)
        if not asked:
            return
        query = dns.message.from_wire(asked)
        response, name = dns.message.make_response(query), query.question[0].name
        if text := known.get(name.to_text(omit_final_dot=True)):
            response.answer.append(
                dns.rrset.from_text(name, 60, "IN", dns.rdatatype.TXT, f'"{text}"')
            )
        server.sendto(response.to_wire(), whom)


@pytest.fixture
def osv(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server in the place of osv.dev, whose responses the test sets."""
    with receiving() as server:
        monkeypatch.setattr(packages, "URL", server.url)
        yield server


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The port of a server with a certificate that ends in two days, and the certificate."""
    needed("openssl")
    nginx.certify(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "fullchain.pem", tmp_path / "privkey.pem")
    with socket.create_server(("127.0.0.1", 0)) as plain:
        thread = threading.Thread(target=shake_hands, args=[plain, context])
        thread.start()
        yield plain.getsockname()[1], tmp_path / "fullchain.pem"
        socket.create_connection(plain.getsockname()).close()
        thread.join()


def shake_hands(plain: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        connection, _ = plain.accept()
        with connection:
            if not connection.recv(1, socket.MSG_PEEK):
                return
            try:
                context.wrap_socket(connection, server_side=True).close()
            except OSError:
                continue
