"""manage.py worker: the work in the background."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from campaigns.mail.sending import Sender
from campaigns.models import CampaignPage, Signature, Tally
from campaigns.privacy import retention
from campaigns.signing import signing
from operations import rounds
from operations.jobs import process
from operations.rounds import Round
from operations.worker import Worker
from servers.processes import ROOT
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Worker:
    """A worker that has just been started."""
    return Worker([replace(each, due_at=0.0) for each in rounds.discover()])


def go_round(worker: Worker, *, again: tuple[str, ...] = ()) -> None:
    """Do each round that is due, and those that `again` names, once."""
    for members in worker.threads.values():
        for each in members:
            if each.name in again:
                each.due_at = 0.0
        worker.do_due(members)


@pytest.fixture
def signed():
    petition = make_petition(title="Signed", confirms_by_email=False)
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)


def test_a_worker_has_no_more_connections_than_the_guide_says(worker):
    heart, of_a_job = 1, 2
    queue = process.AT_ONCE  # the pool of procrastinate

    guide = (ROOT / "docs" / "operators.md").read_text()
    assert len(worker.threads) + heart + queue + process.AT_ONCE * of_a_job == 19
    assert "nineteen for each worker" in guide


def test_one_round_sends_the_mail_and_counts(signed, smtp_server, worker):
    go_round(worker)

    assert (len(smtp_server.messages), Tally.objects.get().total) == (1, 1)


def test_a_mail_server_that_is_away_is_asked_less_and_less_often(signed, smtp_server, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    sender = Sender()

    waits = [sender.send_due() for _ in range(6)]
    settings.EMAIL_PORT = port
    sender.send_due()

    assert waits == [1, 2, 4, 8, 8, 8]
    assert (len(smtp_server.messages), sender.wait) == (1, 1)


def test_work_that_takes_long_is_done_less_often():
    """A round of a tenth of a second, limited to a hundredth of the time, waits ten seconds."""
    slow = Round("slow", lambda: time.sleep(0.1), every=1, share=100)
    quick = Round("quick", lambda: None, every=1, share=100)

    now = time.monotonic()
    slow.run()
    quick.run()

    assert slow.due_at >= now + 10
    assert now + 1 <= quick.due_at < now + 2


def test_a_round_is_due_again_when_it_says_so_or_after_its_usual_time(worker):
    said = Round("says so", lambda: 7, every=100)
    usual = Round("usual", lambda: None, every=100)

    now = time.monotonic()
    said.run()
    usual.run()

    assert now + 7 <= said.due_at < now + 8
    assert now + 100 <= usual.due_at < now + 101


@pytest.mark.django_db(transaction=True)
def test_one_worker_at_a_time_does_what_is_done_alone():
    done = []
    alone = Round("alone", lambda: done.append(1), every=100, alone=True)

    with other_process_holds("alone"):
        alone.run()
    assert done == []
    alone.run()
    assert done == [1]


@contextlib.contextmanager
def other_process_holds(lock: str) -> Iterator[None]:
    url = connection.get_connection_params()
    with psycopg.connect(**{name: url[name] for name in ("host", "port", "user", "dbname")}) as own:
        own.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        yield


def test_the_worker_anonymises_each_hour_and_a_batch_a_round(monkeypatch, worker):
    monkeypatch.setattr(retention, "BATCH", 1)
    monkeypatch.setattr(retention, "REST", 0)
    petition = make_petition(closes_at=timezone.now() - timedelta(days=91))
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org")
    left = Signature.objects.filter(anonymised_at=None)

    counts = []
    for _ in range(12):
        go_round(worker)
        counts.append(left.count())

    assert counts[:4] == [2, 1, 0, 0]
    make_signature(petition, email="late@example.org")
    go_round(worker)
    assert left.count() == 1
    go_round(worker, again=("retention",))
    assert left.count() == 0
    go_round(worker, again=("retention",))  # ends the sweep, which the next test would go on with


def test_a_survey_that_fails_holds_up_nothing(monkeypatch, caplog):
    def fail() -> None:
        raise DataError

    done = []
    worker = Worker(
        [Round("survey", fail, every=300), Round("next", lambda: done.append(1), every=300)]
    )

    go_round(worker)

    assert done == [1]
    assert "No database for “survey”: DataError" in caplog.text


def test_a_mistake_in_one_round_ends_nothing_and_is_repeated_less_and_less_often(
    caplog, monkeypatch
):
    told: list[str] = []
    monkeypatch.setattr(rounds, "OF_FAILURES", [told.append])
    waits: list[float] = []
    done: list[int] = []

    def fail() -> None:
        if len(waits) < 12:
            raise ValueError

    broken = Round("broken", fail, every=1)
    worker = Worker([broken, Round("next", lambda: done.append(1), every=0)])
    for _ in range(13):
        go_round(worker, again=("broken", "next"))
        waits.append(round(broken.due_at - time.monotonic()))

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300, 1]
    assert (len(done), told) == (13, ["broken"] * 12)
    assert "“broken” failed." in caplog.text


def test_a_statement_with_a_mistake_is_put_off_and_a_lost_database_is_not():
    def fail(error: type[Exception]) -> None:
        raise error

    broken = Round("broken", lambda: fail(IntegrityError), every=0)
    away = Round("away", lambda: fail(OperationalError), every=0)
    broken.failures = 5000

    go_round(Worker([broken, away]))

    assert (broken.failures, away.failures) == (5001, 0)
    assert round(broken.due_at - time.monotonic()) == 300


def test_what_is_to_end_the_worker_ends_it():
    def end() -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        go_round(Worker([Round("end", end, every=1)]))


def test_what_cannot_be_published_holds_up_nothing(monkeypatch, caplog, worker):
    def fail(page: CampaignPage, *args: Any, **options: Any) -> None:
        raise ValueError

    campaign = make_campaign()
    campaign.save_revision(approved_go_live_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(CampaignPage, "publish", fail)
    make_signature(make_petition(closes_at=timezone.now() - timedelta(days=91)))

    go_round(worker)

    assert "could not be done." in caplog.text
    assert not Signature.objects.filter(anonymised_at=None).exists()


def test_a_page_that_cannot_go_live_at_its_time_stops_nothing(signed, smtp_server, worker):
    page = make_campaign(live=False, go_live_at=timezone.now() + timedelta(hours=1))
    revision = page.save_revision()
    revision.publish()
    # Its time to go live has come, and its petition is gone.
    revision.approved_go_live_at = timezone.now() - timedelta(hours=1)
    revision.content |= {"petition": None, "go_live_at": None}
    revision.save()

    go_round(worker)

    assert (len(smtp_server.messages), Tally.objects.get(petition__title="Signed").total) == (1, 1)
    assert not CampaignPage.objects.get(pk=page.pk).live
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()
    assert PageLogEntry.objects.filter(page=page, action="page.unscheduled").count() == 1


def test_rounds_are_as_frequent_as_the_guides_say(worker):
    """The guides say: within seconds, five minutes, an hour. Nothing is done at once again."""
    said = {"totals": 1, "pending": 2, "surveys": 300, "arrivals": 300, "public signers": 300}
    said |= {"retention": 3600, "versions": 60, "daily keys": 600, "tries to sign": 3600}
    said["unsaved forms"] = 3600

    found = {each.name: each.every for each in rounds.discover() if each.name in said}

    assert found == said
    for _ in range(20):
        go_round(worker)
    slow = [each for members in worker.threads.values() for each in members if each.every > 5]
    assert [each.name for each in slow if each.due_at < time.monotonic()] == []
