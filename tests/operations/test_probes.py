"""/healthz and /readyz: who is told what, and which failures they detect."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from campaigns.counting import counting
from campaigns.models import OutgoingMail
from campaigns.signing import signing
from operations import health, health_readings, probes
from operations.heartbeat import Heart
from operations.jobs.job import Job
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_petition, make_signature
from tests.plans import explained, reading_all

pytestmark = pytest.mark.django_db
NAMES = ["database", "migrations", "worker", "jobs", "disk", "outbox", "mailings", "totals"]


@pytest.fixture
def knowing() -> Client:
    return Client(headers={"Authorization": f"Bearer {next(probes.tokens())}"})


@pytest.fixture
def alive() -> None:
    Heart().beat({"mail": 0.0})


def unwell(client: Client) -> dict[str, str]:
    told = client.get("/readyz").json()["readings"]
    assert sorted(each["name"] for each in told) == sorted(NAMES)
    return {each["name"]: each["said"] for each in told if not each["is_well"]}


def test_a_process_answers_whatever_the_rest_does(django_assert_num_queries, settings):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, []

    with django_assert_num_queries(0):
        response = Client(headers={"Host": "10.0.0.1"}).get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Cache-Control"] == "private, no-store"


def test_everybody_learns_whether_the_site_is_well_and_only_some_what_is_not(client, knowing):
    alone = client.get("/readyz")
    forged = Client(headers={"Authorization": "Bearer x"}).get("/readyz")
    client.force_login(make_user("editor"))
    editor = client.get("/readyz")
    client.force_login(make_user("admin", is_superuser=True))
    administrator = client.get("/readyz")

    for response in (alone, forged, editor):
        assert (response.status_code, response.json()) == (503, {"ready": False})
        assert response["Cache-Control"] == "private, no-store"
    for told in (administrator.json(), knowing.get("/readyz").json()):
        assert [each["name"] for each in told["readings"] if not each["is_well"]] == ["worker"]
    assert knowing.get("/readyz", headers={"X-Forwarded-For": "192.0.2.1"}).json()["arrived"] == {
        "forwarded_for": "192.0.2.1",
        "is_secure": False,
    }


def test_a_site_that_is_well_says_so_and_its_token_outlives_a_change_of_the_key(
    knowing, alive, settings
):
    assert knowing.get("/readyz").status_code == 200
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

    assert unwell(knowing) == {}


def test_what_is_not_well_is_named(knowing, alive, monkeypatch):
    petition = make_petition()
    make_signature(petition, confirmed_at=timezone.now() - timedelta(minutes=5))
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(minutes=11))
    asked = timezone.now() - timedelta(minutes=6)
    Job.objects.create(kind="export", made_by=make_user("editor"), order=b"x", made_at=asked)
    MigrationRecorder(connection).record_unapplied("operations", "0001_initial")
    monkeypatch.setattr(health_readings, "LEAST_SHARE", 2)
    monkeypatch.setattr(health_readings, "LEAST_BYTES", 2**60)

    found = unwell(knowing)

    assert found.pop("disk").endswith(" %.")
    assert found == {
        "migrations": "1 are not applied: run manage.py migrate.",
        "jobs": "1 wait, and no process does them.",
        "outbox": "An email has been due for 11 minutes.",
        "totals": "They are 5 minutes behind the signatures.",
    }
    counting.fold()
    assert "totals" not in unwell(knowing)


def test_a_mail_server_that_refuses_everything_is_seen(knowing, alive):
    petition = make_petition()
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    OutgoingMail.objects.update(due_at=timezone.now() + timedelta(minutes=5), attempts=6)
    assert unwell(knowing) == {"outbox": "1 emails were not taken, and none was sent lately."}

    now = timezone.now()
    make_signature(petition, email="b@example.org").mails.create(
        kind="confirm", outcome="sent", due_at=now, ended_at=now - timedelta(hours=9)
    )
    assert unwell(knowing) == {}  # one may have mistyped an email address
    for name in ("c", "d"):
        signature = make_signature(petition, email=f"{name}@example.org")
        signature.mails.create(kind="confirm", due_at=now + timedelta(minutes=5), attempts=6)
    assert unwell(knowing) == {"outbox": "3 emails were not taken, and none was sent lately."}
    OutgoingMail.objects.filter(outcome="sent").update(ended_at=now)
    assert unwell(knowing) == {}


def test_a_mail_server_that_knows_nobody_is_seen(knowing, alive):
    petition, now = make_petition(), timezone.now()

    def ended(outcome: str, *names: str) -> None:
        for name in names:
            signature = make_signature(petition, email=f"{name}@example.org")
            signature.mails.create(kind="confirm", outcome=outcome, due_at=now, ended_at=now)

    ended("refused", "a", "b")
    assert unwell(knowing) == {}
    ended("refused", "c")
    assert unwell(knowing) == {
        "outbox": "3 emails were refused for good within an hour, and none was sent."
    }
    ended("sent", "d")
    assert unwell(knowing) == {}


def test_emails_that_are_due_much_later_are_not_read(knowing, alive):
    signature = make_signature(make_petition())
    later = timezone.now() + timedelta(days=1)
    OutgoingMail.objects.bulk_create(
        OutgoingMail(signature=signature, kind="confirm", due_at=later) for _ in range(2_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_outgoingmail")

    with explained() as plans:
        assert unwell(knowing) == {}

    assert reading_all(OutgoingMail, plans) == []


def test_without_a_database_that_is_all_that_is_said(knowing, monkeypatch):
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(health.connection, "cursor", away)
    monkeypatch.setattr(health.connection, "close", lambda: None)

    response = knowing.get("/readyz")

    assert response.status_code == 503
    assert response.json()["readings"] == [
        {
            "name": "database",
            "is_well": False,
            "said": "The database does not answer: OperationalError",
        }
    ]


def test_a_database_that_takes_nothing_is_not_well(knowing, alive):
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")

    assert health.database() == (False, "The database is read-only.")
