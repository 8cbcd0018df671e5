"""The operator is notified as docs/at-night.md says: of the certificate, the clock and DNS."""

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import dns.resolver
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db.models import F
from django.utils import timezone

from operations.doctor import front, machine, mail, watching
from operations.doctor.findings import Asked
from operations.doctor.watching import Trouble, Watch
from operations.management.commands import doctor
from tests.operations.doctor.conftest import shake_hands

DAY = timedelta(days=1)


def certify(folder: Path, *, until: datetime) -> Path:
    """Write a certificate of localhost, valid for the ninety days until then, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.NameOID.COMMON_NAME
    whose = x509.Name([x509.NameAttribute(name, "localhost")])
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    itself = x509.BasicConstraints(ca=True, path_length=None)
    signed = (
        x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
        .not_valid_before(until - 90 * DAY)
        .not_valid_after(until)
        .add_extension(hosts, critical=False)
        .add_extension(itself, critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / "both.pem"
    encoding = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(encoding, *form) + signed.public_bytes(encoding))
    return file


@pytest.fixture
def visited(tmp_path: Path, settings, monkeypatch) -> Iterator[ssl.SSLContext]:
    """The site by HTTPS. Each test sets the certificate, whose issuer browsers trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with socket.create_server(("127.0.0.1", 0)) as plain:
        settings.BASE_URL = f"https://localhost:{plain.getsockname()[1]}"
        trusting = ssl.create_default_context()
        monkeypatch.setattr(front, "authorities", lambda: trusting)
        context.trusting = trusting
        thread = threading.Thread(target=shake_hands, args=[plain, context])
        thread.start()
        yield context
        socket.create_connection(plain.getsockname()).close()
        thread.join()


@pytest.fixture
def operator(settings, monkeypatch) -> None:
    settings.OPERATOR_EMAIL = "op@example.org"
    checks = {name: watching.CHECKS[name] for name in ("clock", "front")}
    monkeypatch.setattr(watching, "CHECKS", checks)


def watch_for_six_minutes() -> None:
    Watch().look()
    Trouble.objects.update(begun_at=F("begun_at") - timedelta(minutes=6))
    Watch().look()


@pytest.mark.django_db
def test_an_expired_certificate_is_told_by_mail_and_again_when_it_is_renewed(
    visited, operator, smtp_server, tmp_path, monkeypatch
):
    monkeypatch.setattr(front, "LETSENCRYPT", tmp_path)

    def use(until: datetime) -> None:
        file = certify(tmp_path, until=until)
        visited.load_cert_chain(file)
        visited.trusting.load_verify_locations(file)

    use(datetime.now(UTC) - DAY)
    watch_for_six_minutes()
    use(datetime.now(UTC) + 89 * DAY)
    Watch().look()

    subjects = [message["Subject"].partition("] ")[2] for message in smtp_server.messages]
    assert subjects == [
        f"Needs you: front on {watching.here()}",
        f"Well again: front on {watching.here()}",
    ]
    told = smtp_server.messages[0].get_content()
    assert "Browsers refuse the certificate of localhost: certificate has expired." in told
    mend = "→ put a new one where /etc/letsencrypt/live/localhost/ leads; nginx -t"
    assert f"{mend} && systemctl reload nginx" in told
    assert "docs/at-night.md" in told


def test_in_a_container_the_certificate_is_renewed_outside_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(front, "LETSENCRYPT", tmp_path / "letsencrypt")
    outside = front.renewing("localhost")
    (tmp_path / "letsencrypt" / "renewal").mkdir(parents=True)
    own = front.renewing("localhost")
    (tmp_path / "letsencrypt" / "renewal" / "localhost.conf").touch()

    assert outside.startswith("on the machine that has /etc/letsencrypt")
    assert own.startswith("put a new one where ")
    assert front.renewing("localhost").endswith("certbot renew")


@pytest.mark.django_db
def test_clocks_that_differ_are_told_by_mail(operator, smtp_server, monkeypatch, settings):
    settings.BASE_URL = "http://localhost:1"
    monkeypatch.setattr(watching, "CHECKS", {"clock": watching.CHECKS["clock"]})
    ahead = SimpleNamespace(now=lambda: timezone.now() + 2 * DAY)
    monkeypatch.setattr(machine, "timezone", ahead)

    watch_for_six_minutes()

    [message] = smtp_server.messages
    assert message["Subject"].endswith(f"Needs you: clock on {watching.here()}")
    apart = [f"of the database are {172_800 + more} seconds apart." for more in range(-9, 10)]
    assert any(each in message.get_content() for each in apart)


@pytest.mark.django_db
def test_the_worker_does_not_ask_each_minute_whether_the_clock_is_kept_right(tmp_path, monkeypatch):
    asked, timedatectl = tmp_path / "asked", tmp_path / "timedatectl"
    timedatectl.write_text(f"#!/bin/sh\ntouch {asked}\necho no\n")
    timedatectl.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    of_the_worker = list(watching.CHECKS["clock"](Asked()))
    is_asked_by_the_worker = asked.exists()
    of_the_doctor = list(doctor.CHECKS["clock"](Asked()))

    assert (of_the_worker, is_asked_by_the_worker) == ([], False)
    assert [(each.what, each.is_fault) for each in of_the_doctor] == [
        ("Nothing keeps the clock of this machine right.", False)
    ]


def test_that_dns_does_not_answer_is_a_hint(monkeypatch):
    nobody = dns.resolver.Resolver(configure=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        nobody.nameservers, nobody.port = ["127.0.0.1"], silent.getsockname()[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", nobody)
        monkeypatch.setattr(mail, "PATIENCE", 0.1)

        found = list(mail.of_domain("example.org", "june"))

    assert [(each.what, each.is_fault) for each in found] == [
        ("DNS does not answer: it was asked for example.org.", False)
    ]
