"""The doctor finds each planted fault, and says why it matters and what mends it."""

import json
import smtplib
import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from campaigns.models import OutgoingMail
from campaigns.signatures import key_fingerprint
from campaigns.signing import signing
from operations import health_readings, probes
from operations.backups.backup_record import Backup
from operations.doctor import database, findings, front, machine, mail, upkeep
from operations.doctor.findings import Asked, Finding
from operations.heartbeat import Heart
from operations.management.commands import doctor
from operations.postgresql.base import IS_PATIENT
from servers.nginx import HOST
from tests.factories import make_petition

ASKED = Asked()


def said(check: findings.Check, asked: Asked = ASKED) -> list[str]:
    return [finding.what for finding in check(asked)]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_ten_planted_faults_are_found(
    live_server, records, osv, settings, tmp_path, monkeypatch, capsys
):
    settings.BASE_URL = live_server.url
    settings.TRUSTED_PROXIES = 1  # although there is no proxy
    settings.MEDIA_ROOT = tmp_path / "nowhere"
    settings.DEFAULT_FROM_EMAIL = "Us <us@example.org>"
    settings.EMAIL_BACKEND = "campaigns.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    (tmp_path / "key").write_text("secret")
    (tmp_path / "key").chmod(0o644)
    settings.SECRET_FILES = [tmp_path / "key"]
    ahead = SimpleNamespace(now=lambda: timezone.now() + timedelta(minutes=3))
    monkeypatch.setattr(machine, "timezone", ahead)
    monkeypatch.setattr(health_readings, "LEAST_SHARE", 2)
    monkeypatch.setattr(health_readings, "LEAST_BYTES", 2**60)
    petition = make_petition()
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(hours=1))
    MigrationRecorder(connection).record_unapplied("operations", "0001_initial")

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json")
    MigrationRecorder(connection).record_applied("operations", "0001_initial")

    out = capsys.readouterr().out
    found = json.loads(out)
    whats = [each["what"] for each in found]
    planted = (
        "fsync is off.",  # as it always is in the database of the tests
        "Migrations: 1 are not applied",
        "The clocks of this machine and of the database are ",
        f"That of {tmp_path} is nearly full: ",
        f"The site cannot write into {settings.MEDIA_ROOT}.",
        f"Everybody on this machine may read {tmp_path / 'key'}.",
        "The mail server (127.0.0.1, port 1) takes no email: ConnectionRefusedError",
        "example.org has no SPF.",
        "example.org has no DMARC.",
        "The site believes any address that a visitor makes up.",
        "worker: No worker has given a sign of life within a minute.",
        "outbox: An email has been due for 60 minutes.",
        "No key is set for which backups are encrypted.",
        "There is no backup.",
    )
    assert [each for each in planted if not any(what.startswith(each) for what in whats)] == []
    assert all(each["why"] and each["mend"] for each in found)
    assert (ended.value.code, "ada@example.org" in out) == (doctor.FAULTS, False)


def test_it_ends_with_what_a_script_can_read(monkeypatch, capsys):
    hint = Finding("a", "It is small.", "It may grow.", "grow", is_fault=False)
    fault = Finding("b", "It is broken.", "Nobody can sign.", "mend it")

    def broken(asked: Asked) -> list[Finding]:
        assert not IS_PATIENT.get()  # The doctor does not wait for a database that is down.
        raise TypeError("canary")

    def run(**checks: findings.Check) -> int | None:
        monkeypatch.setattr(doctor, "CHECKS", checks)
        try:
            call_command("doctor")
        except SystemExit as end:
            return int(end.code or 0)
        return None

    assert run(a=lambda asked: iter([])) is None
    assert capsys.readouterr().out == "a: well\n\nAll is well.\n"
    assert run(a=lambda asked: iter([hint])) == doctor.HINTS
    assert run(a=lambda asked: iter([hint]), b=lambda asked: iter([fault])) == doctor.FAULTS
    assert capsys.readouterr().out.endswith(
        "b: FAULT: It is broken.\n    Nobody can sign.\n    → mend it\n\n"
        "Faults: 1. Hints: 1. What to do, step by step: docs/at-night.md\n"
    )
    assert run(c=broken, a=lambda asked: iter([])) == doctor.FAULTS
    assert "c: FAULT: The check broke off: TypeError." in capsys.readouterr().out


@pytest.mark.django_db
def test_a_wrong_key_and_a_missing_extension_are_found(settings):
    key_fingerprint.verify()
    assert not any("SIGNATURE_KEY" in what for what in said(database.check))
    settings.SIGNATURE_KEY = "another"
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")

    found = said(database.check)

    assert "The extension pg_trgm is missing." in found
    assert any(each.startswith("SIGNATURE_KEY is not the key that this") for each in found)


def test_a_database_that_is_away_is_named_with_its_reason(monkeypatch, caplog):
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(database, "connection", SimpleNamespace(cursor=away))

    [(_, [other])] = findings.examine({"clock": lambda asked: away()}, Asked())

    assert said(database.check) == ["It does not answer: OperationalError"]
    assert (other.what, caplog.text) == ("The database does not answer: OperationalError", "")


def test_a_certificate_that_ends_soon_and_one_that_nobody_trusts(tls, monkeypatch, settings):
    port, certificate = tls

    def found() -> list[str]:
        return [finding.what for finding in front.of_certificate("localhost", port)]

    assert found()[0].startswith("Browsers refuse the certificate of localhost: self")
    settings.BASE_URL = f"https://localhost:{port}"
    assert said(front.check) == found()  # and it gets no request
    trusting = ssl.create_default_context(cafile=certificate)
    trusting.check_hostname = False
    monkeypatch.setattr(front, "authorities", lambda: trusting)
    assert found() == ["The certificate of localhost ends in 1 days."]
    monkeypatch.setattr(front, "SOON", timedelta(hours=1))
    assert (found(), HOST in certificate.read_text()) == ([], False)


@pytest.mark.parametrize(
    ("trusted", "forwarded", "is_found"),
    [
        (1, "203.0.113.5", False),
        (2, "203.0.113.5, 10.0.0.1", False),
        (1, f"{front.FORGED}, 203.0.113.5", False),
        (2, f"{front.FORGED}, 203.0.113.5", True),
        (1, "", True),
        (2, "203.0.113.5", True),
        (0, "203.0.113.5", True),
        (0, "", False),
        (0, front.FORGED, False),  # no proxy at all: the forged header is not trusted
    ],
)
def test_the_number_of_proxies_is_compared_with_what_arrives(
    trusted, forwarded, is_found, settings
):
    settings.TRUSTED_PROXIES = trusted

    assert bool(list(front.of_proxies(forwarded, is_secure=True))) == is_found


def test_a_site_that_does_not_know_of_https_and_one_that_does_not_answer(settings):
    settings.BASE_URL, settings.TRUSTED_PROXIES = "https://localhost:1", 1

    proxies = [each.what for each in front.of_proxies("203.0.113.5", is_secure=False)]

    assert proxies == ["The site is not told that visitors use https."]
    assert said(front.check) == ["https://localhost:1 does not answer as this site does."]


def test_no_redirect_carries_the_token_away(settings):
    asked: list[str] = []

    class Redirecting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
        found = said(front.check)
        server.shutdown()
        thread.join()

    assert found == [f"{settings.BASE_URL} does not answer as this site does."]
    assert asked == [probes.READY]


def test_what_dns_says_of_the_sender(records):
    def found() -> list[str]:
        return [each.what for each in mail.of_domain("example.org", "june")]

    assert found() == [
        "example.org has no SPF.",
        "example.org has no DMARC.",
        "There is no key of DKIM at june._domainkey.example.org.",
    ]
    records["example.org"] = "v=spf1 -all"
    records["_dmarc.example.org"] = "v=DMARC1; p=reject"
    records["june._domainkey.example.org"] = "v=DKIM1; k=rsa; p=abc"
    assert found() == []


def test_a_test_mail_arrives_and_a_refusal_is_told_without_its_address(
    smtp_server, settings, monkeypatch, records
):
    settings.DEFAULT_FROM_EMAIL = "noreply@localhost"
    assert said(mail.check, Asked(mail_to="me@example.org")) == [
        "Emails come from noreply@localhost."
    ]
    assert smtp_server.messages[0]["To"] == "me@example.org"

    def refuse(*args: object, **options: object) -> None:
        raise smtplib.SMTPRecipientsRefused({"me@example.org": (550, b"no")})

    monkeypatch.setattr(smtplib.SMTP, "sendmail", refuse)
    found = said(mail.check, Asked(mail_to="me@example.org"))
    assert "SMTPRecipientsRefused" in found[0]
    assert "me@example.org" not in found[0]


@pytest.mark.django_db
def test_what_goes_on_by_itself(settings, tmp_path):
    settings.BACKUP_RECIPIENTS, settings.BACKUP_FOLDER = ["age1"], tmp_path
    Heart().beat({"mail": 0.0})
    assert said(upkeep.running) == []
    Heart().beat({"mail": 0.0, "main": 0.0}, {"mail": "mail", "main": "totals, versions"})
    assert said(upkeep.running) == ["Rounds that fail each time: “mail”, “totals”, “versions”."]
    assert said(upkeep.backups) == ["There is no backup."]

    now = timezone.now()
    Backup.objects.create(file="one", size=1, made_at=now - timedelta(hours=50))
    assert said(upkeep.backups) == [
        "The last backup is 50 hours old.",
        "No backup was restored on trial yet.",
    ]
    Backup.objects.update(made_at=now, tried_at=now, opened_at=now)
    assert said(upkeep.backups) == [f"The last backup, one, is not in {tmp_path} any more."]
    (tmp_path / "one").write_bytes(b"x")
    assert said(upkeep.backups) == []
    Backup.objects.update(tried_at=now - timedelta(days=101))
    assert len(said(upkeep.backups)) == 1


def test_who_may_read_and_write_what(settings, tmp_path, monkeypatch):
    media, key = tmp_path / "media", tmp_path / "key"
    settings.MEDIA_ROOT, settings.STATIC_ROOT = media, Path(tmp_path)
    media.mkdir()
    key.write_text("secret")
    key.chmod(0o640)
    (tmp_path / "staticfiles.json").write_text("{}")
    monkeypatch.setattr(machine, "ENVIRONMENT", key)
    for name in ("BOUNCE_IMAP_PASSWORD", "MAIL_PROVIDER_SECRET", "MAIL_PROVIDER_KEY"):
        (tmp_path / name).write_text("secret")
        (tmp_path / name).chmod(0o640)
    settings.SECRET_FILES = [tmp_path / "BOUNCE_IMAP_PASSWORD", tmp_path / "MAIL_PROVIDER_SECRET"]
    settings.SECRET_FILES += [tmp_path / "MAIL_PROVIDER_KEY"]
    assert said(machine.files) == []

    (tmp_path / "BOUNCE_IMAP_PASSWORD").chmod(0o644)
    (tmp_path / "MAIL_PROVIDER_SECRET").chmod(0o644)
    (tmp_path / "MAIL_PROVIDER_KEY").chmod(0o644)
    key.chmod(0o644)
    media.chmod(0o777)
    (tmp_path / "staticfiles.json").unlink()

    assert said(machine.files) == [
        f"Everybody on this machine may write into {media}.",
        f"Everybody on this machine may read {key}.",
        f"Everybody on this machine may read {tmp_path / 'BOUNCE_IMAP_PASSWORD'}.",
        f"Everybody on this machine may read {tmp_path / 'MAIL_PROVIDER_SECRET'}.",
        f"Everybody on this machine may read {tmp_path / 'MAIL_PROVIDER_KEY'}.",
        "The static files were not collected.",
    ]
