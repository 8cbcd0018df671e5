"""The operator gets one email about what stays wrong, and another when it is well again."""

import platform
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from operations import health_readings
from operations.doctor import database, upkeep, watching
from operations.doctor.watching import Trouble, Watch
from operations.heartbeat import Heart

pytestmark = pytest.mark.django_db

MINUTES = timedelta(minutes=6)


@pytest.fixture(autouse=True)
def operator(settings, monkeypatch) -> None:
    settings.OPERATOR_EMAIL = "op@example.org"
    # The other checks have tests of their own. Here the disk and the worker are well.
    checks = {"disk": watching.CHECKS["disk"], "worker": upkeep.running}
    monkeypatch.setattr(watching, "CHECKS", checks)
    monkeypatch.setattr(health_readings, "LEAST_SHARE", 0)
    Heart().beat({"mail": 0.0})


def pass_time() -> None:
    Trouble.objects.update(begun_at=F("begun_at") - MINUTES)


def test_a_full_disk_is_told_once_and_told_again_when_it_is_over(smtp_server, monkeypatch):
    watch = Watch()
    watch.look()
    assert not Trouble.objects.exists()

    monkeypatch.setattr(health_readings, "LEAST_SHARE", 2)
    monkeypatch.setattr(health_readings, "LEAST_BYTES", 2**60)
    watch.look()
    assert smtp_server.messages == []  # It may be over in a moment.
    pass_time()
    watch.look()
    watch.look()
    [mail] = smtp_server.messages
    assert (mail["To"], mail["Subject"]) == (
        "op@example.org",
        f"[testserver] Needs you: disk on {watching.here()}",
    )
    assert "or PostgreSQL, without which nobody can sign." in mail.get_content()
    assert "→ df -h" in mail.get_content()

    monkeypatch.setattr(health_readings, "LEAST_SHARE", 0)
    watch.look()
    watch.look()
    _, mail = smtp_server.messages
    assert mail["Subject"] == f"[testserver] Well again: disk on {watching.here()}"
    assert not Trouble.objects.exists()


def test_a_server_that_does_not_say_whether_it_takes_the_email_gets_it_once(
    smtp_server, monkeypatch
):
    take = smtp_server.handle_DATA

    async def hang_up(server, session, envelope):
        server.transport.abort()
        return await take(server, session, envelope)

    smtp_server.handle_DATA = hang_up
    monkeypatch.setattr(health_readings, "LEAST_SHARE", 2)
    monkeypatch.setattr(health_readings, "LEAST_BYTES", 2**60)

    for _minute in range(4):
        Watch().look()
        pass_time()

    assert len(smtp_server.messages) == 1


def test_a_full_disk_of_one_machine_is_told_though_that_of_another_has_room(
    smtp_server, monkeypatch
):
    def look(machine: str, least: float) -> None:
        monkeypatch.setattr(platform, "node", lambda: machine)
        monkeypatch.setattr(health_readings, "LEAST_SHARE", least)
        Watch().look()

    monkeypatch.setattr(health_readings, "LEAST_BYTES", 2**60)
    for _minute in range(3):
        look("web1", 2)
        look("web2", 0)
        pass_time()
    [mail] = smtp_server.messages
    assert mail["Subject"] == "[testserver] Needs you: disk on web1"

    look("web1", 0)
    assert smtp_server.messages[1]["Subject"] == "[testserver] Well again: disk on web1"
    look("web1", 2)
    Trouble.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    look("web2", 0)
    assert not Trouble.objects.exists()  # That machine is gone, or its worker.
    assert len(smtp_server.messages) == 2


def test_what_is_over_within_five_minutes_is_not_told(smtp_server, monkeypatch):
    monkeypatch.setattr(health_readings, "LEAST_SHARE", 2)
    monkeypatch.setattr(health_readings, "LEAST_BYTES", 2**60)
    Watch().look()
    monkeypatch.setattr(health_readings, "LEAST_SHARE", 0)
    Watch().look()

    assert smtp_server.messages == []
    assert not Trouble.objects.exists()


def test_the_site_tells_of_a_dead_worker_and_the_next_worker_that_it_lives(smtp_server):
    watching.look_at_worker()
    assert not Trouble.objects.exists()

    age_heartbeats()
    watching.look_at_worker()
    pass_time()
    watching.look_at_worker()  # by one process of the site
    watching.look_at_worker()  # and by another
    [mail] = smtp_server.messages
    assert mail["Subject"] == "[testserver] Needs you: worker"
    assert "No worker has given a sign of life within a minute." in mail.get_content()

    Heart().beat({"mail": 0.0})
    watching.look_at_worker()
    assert len(smtp_server.messages) == 1
    Watch().look()
    assert smtp_server.messages[1]["Subject"] == "[testserver] Well again: worker"


def age_heartbeats() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE operations_heartbeat SET beat_at = beat_at - interval '2 minutes'")


@pytest.mark.django_db(transaction=True)
def test_a_slow_mail_server_is_not_waited_for_by_a_transaction_that_writes(monkeypatch):
    """Until such a transaction ends, no total can be settled (`campaigns.counting`)."""
    writing: list[object] = []

    def write(*mail: object) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned()")
            writing.append(cursor.fetchone())
        return True

    monkeypatch.setattr(watching, "write", write)
    age_heartbeats()
    watching.look_at_worker()
    pass_time()
    watching.look_at_worker()

    assert writing == [(None,)]
    assert Trouble.objects.get().told_at


def test_a_mail_that_is_refused_is_tried_again(smtp_server, settings):
    age_heartbeats()
    watching.look_at_worker()
    pass_time()
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    watching.look_at_worker()
    settings.EMAIL_PORT = port
    watching.look_at_worker()

    assert len(smtp_server.messages) == 1


def test_a_database_that_does_not_answer_is_told_without_it(smtp_server, monkeypatch):
    def fail(*args: object, **options: object) -> None:
        raise OperationalError

    watch = Watch()
    with monkeypatch.context() as down:
        down.setattr(watching, "CHECKS", {"database": database.check})
        down.setattr(connection, "cursor", fail)
        down.setattr(connection, "close", lambda: None)
        down.setattr(watching, "note", fail)
        watch.look()
        assert watch.dark
        watch.dark.begun_at = timezone.now() - MINUTES
        watch.look()
        watch.look()
    [mail] = smtp_server.messages
    assert mail["Subject"] == "[testserver] Needs you: database"
    assert "It does not answer: OperationalError" in mail.get_content()

    watch.look()
    assert smtp_server.messages[1]["Subject"] == "[testserver] Well again: database"


def test_without_an_operator_nothing_is_watched(settings):
    settings.OPERATOR_EMAIL = ""
    age_heartbeats()
    Watch().look()
    watching.begin()

    assert not Trouble.objects.exists()
