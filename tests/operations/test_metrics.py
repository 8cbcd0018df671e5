"""/metrics: who may read it, what it says, and that rules and dashboard use existing metrics."""

import json
import re
import subprocess
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from campaigns.models import OutgoingMail
from campaigns.signing import signing
from operations import health, probes
from operations.backups.backup_record import Backup
from operations.heartbeat import Heart
from operations.jobs.job import Job
from operations.metrics import folder, gauges, measuring
from operations.postgresql.base import IS_PATIENT
from servers.processes import ROOT
from tests.campaigns.cms.conftest import make_user
from tests.conftest import needed
from tests.factories import make_petition, make_signature
from tests.forks import Loaded

pytestmark = pytest.mark.django_db
MONITORING = ROOT / "deploy" / "monitoring"
NAME = re.compile(r"\blastdrop_\w+")
# A process that answers three requests, and does a round.
REQUEST = """
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from operations import rounds
from operations.metrics import measuring
from campaigns import caching, health_readings
settings.CACHE_SECONDS = 60
def answer(request):
    request.resolver_match = resolve(request.path_info)
    caching.cached("a key", lambda: 1), caching.cached("a key", lambda: 1)
    return HttpResponse(status=303)
middleware = measuring.MeasuringMiddleware(answer)
for path in ("/petitions/canary/sign/", "/admin/pages/", "/petitions/canary/sign/"):
    middleware(RequestFactory().post(path, {"email": "canary@example.org"}))
measuring.measure_rounds()
rounds.Round("canary", lambda: None, every=1).run()
"""


@pytest.fixture
def knowing() -> Client:
    return Client(headers={"Authorization": f"Bearer {next(probes.tokens())}"})


def read(text: str) -> dict[str, dict[str, float]]:
    """Each number by its name and the values of its labels."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = " ".join(value for name, value in sample.labels.items() if name != "le")
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def test_only_those_who_know_the_token_read_it(client, knowing):
    client.force_login(make_user("editor"))
    for refused in (Client().get("/metrics"), client.get("/metrics")):
        assert (refused.status_code, refused["Cache-Control"]) == (403, "private, no-store")
        assert "lastdrop_" not in refused.content.decode()

    told = knowing.get("/metrics")

    assert (told.status_code, told["Cache-Control"]) == (200, "private, no-store")
    assert told["Content-Type"].startswith("text/plain; version=0.0.4")


def test_the_numbers_are_those_of_the_database(knowing):
    petition = make_petition(slug="canary")
    for moderation in ("", "quarantined"):
        make_signature(
            petition,
            email=f"canary{moderation}@example.org",
            confirmed_at=timezone.now() - timedelta(minutes=3),
            moderation=moderation,
        )
    signing.sign(petition, name="Canary", email="c@example.org", version=petition.version.pk)
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(minutes=11))
    asked = timezone.now() - timedelta(minutes=7)
    Job.objects.create(kind="export", made_by=make_user("canary"), order=b"x", made_at=asked)
    Backup.objects.create(file="canary", size=1, made_at=timezone.now() - timedelta(hours=2))
    Heart().beat({"mail": 0.0})

    text = knowing.get("/metrics").content.decode()

    assert "anary" not in text
    found = read(text)
    assert found["lastdrop_well"]["database"] == found["lastdrop_well"]["worker"] == 1
    assert found["lastdrop_well"]["outbox"] == found["lastdrop_well"]["totals"] == 0
    assert found["lastdrop_signatures"]["quarantined"] == 1
    assert found["lastdrop_jobs"] == {"waiting": 1, "running": 0}
    assert found["lastdrop_outbox_due"] == {"": 1}
    for name, least in {
        "lastdrop_outbox_oldest_seconds": 660,
        "lastdrop_totals_behind_seconds": 180,
        "lastdrop_jobs_oldest_seconds": 420,
        "lastdrop_backup_age_seconds": 7200,
        "lastdrop_worker_silent_seconds": 0,
    }.items():
        assert least <= found[name][""] < least + 60, name
    assert 0 < found["lastdrop_disk_free_ratio"][""] < 1


def test_without_a_database_that_is_all_that_is_said(knowing, monkeypatch):
    def away() -> None:
        assert not IS_PATIENT.get()  # A probe of the database does not wait for it.
        raise OperationalError

    monkeypatch.setattr(health.connection, "cursor", away)
    monkeypatch.setattr(health.connection, "close", lambda: None)

    told = knowing.get("/metrics")

    assert told.status_code == 200
    assert read(told.content.decode()) == {"lastdrop_well": {"database": 0}}


def test_what_processes_counted_is_kept_when_they_have_ended(knowing, settings, tmp_path):
    settings.METRICS_FOLDER = str(tmp_path / "metrics")
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "METRICS_FOLDER": settings.METRICS_FOLDER,
    }
    with Loaded(environment) as loaded:
        loaded.python("manage.py", "shell", "-v0", "-c", REQUEST)
        once = read(knowing.get("/metrics").content.decode())
        loaded.python("manage.py", "shell", "-v0", "-c", REQUEST)
        text = knowing.get("/metrics").content.decode()
    found = read(text)

    assert once["lastdrop_request_seconds_count"] == {"sign": 2, "cms": 1}
    assert found["lastdrop_request_seconds_count"] == {"sign": 4, "cms": 2}
    assert found["lastdrop_answers_total"] == {"303 sign": 4, "303 cms": 2}
    assert found["lastdrop_cache_lookups_total"] == {"hit": 10, "miss": 2}
    assert found["lastdrop_round_seconds_count"] == {"canary": 2}
    assert "example.org" not in text
    files = sorted(path.name for path in (tmp_path / "metrics").iterdir())
    assert files == ["counter_0.db", "histogram_0.db", "lock", "summary_0.db"]


def test_nothing_is_measured_unless_it_is_asked_for(settings):
    assert settings.METRICS_FOLDER == ""
    assert not folder.prepare()
    assert not any("metrics" in each for each in settings.MIDDLEWARE)


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.METRICS_FOLDER = str(tmp_path / "file" / "metrics")

    with pytest.raises(ImproperlyConfigured, match=r"^METRICS_FOLDER must be .*: Not a directory"):
        folder.prepare()


def test_rules_and_dashboard_ask_for_what_is_there(knowing):
    Backup.objects.create(file="a", size=1, tried_at=timezone.now())
    Heart().beat({"mail": 0.0})
    there = set(read(knowing.get("/metrics").content.decode()))
    of_rounds = measuring.ROUNDS, measuring.FAILURES
    for measure in (measuring.REQUESTS, measuring.ANSWERS, measuring.LOOKUPS, *of_rounds):
        (told,) = measure.describe()
        ends = {"counter": ["total"], "summary": ["count", "sum"]}
        there |= {f"{told.name}_{end}" for end in ends.get(told.type, ["bucket", "count", "sum"])}
    there |= {each.name for each in gauges.ours()}  # also those without a value on this site
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    shown = " ".join(each["expr"] for panel in dashboard["panels"] for each in panel["targets"])
    rules = (MONITORING / "alerts.yml").read_text()

    asked = set(NAME.findall(shown)) | set(NAME.findall(rules))

    assert len(asked) > 12
    assert asked - there == set()
    assert {name for name in there if not name.endswith(("_count", "_sum"))} - asked == set()


def test_promtool_accepts_the_alerts_and_they_ring_when_they_should():
    promtool = needed("promtool")

    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run(
            [promtool, *command], cwd=MONITORING, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
