"""manage.py worker: what happens behind the pages."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DataError, OperationalError
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from campaigns.counting import counting
from campaigns.management.commands import worker
from campaigns.models import CampaignPage, KeyFingerprint, Signature, Tally
from campaigns.privacy import retention
from campaigns.signatures import email_keys, key_fingerprint
from campaigns.signing import signing
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed():
    petition = make_petition(title="Signed", confirms_by_email=False)
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)


def test_one_round_sends_the_mail_and_counts(signed, smtp_server):
    command = worker.Command()

    command.work()
    command.mail()

    assert (len(smtp_server.messages), Tally.objects.get().total) == (1, 1)


def test_a_mail_server_that_is_away_is_asked_less_and_less_often(signed, smtp_server, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    command = worker.Command()

    waits = []
    for _ in range(6):
        command.mail_at = 0.0
        assert not command.mail()
        waits.append(round(command.mail_at - time.monotonic()))
    settings.EMAIL_PORT = port
    command.mail()
    early = len(smtp_server.messages)
    command.mail_at = 0.0
    command.mail()

    assert waits == [1, 2, 4, 8, 8, 8]
    assert (early, len(smtp_server.messages), command.mail_wait) == (0, 1, 1)


def test_a_slow_count_is_soon_repeated(monkeypatch):
    monkeypatch.setattr(worker.Command, "count", lambda self: time.sleep(0.2))
    command = worker.Command()

    command.work()

    # Not five seconds, which would be a twenty-fifth of one core.
    assert 1.2 < command.count_at - time.monotonic() <= worker.OLDEST_COUNT


def test_the_worker_forgets_each_hour_and_a_batch_a_round(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 1)
    petition = make_petition(closes_at=timezone.now() - timedelta(days=91))
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org")
    left = Signature.objects.filter(anonymised_at=None)
    command = worker.Command()

    rounds = []
    for _ in range(5):
        command.work()
        rounds.append(left.count())

    assert rounds == [2, 1, 0, 0, 0]
    make_signature(petition, email="late@example.org")
    command.work()
    assert left.count() == 1
    command.forget_at = 0.0
    command.work()
    assert left.count() == 0


def test_a_survey_that_fails_holds_up_nothing(monkeypatch):
    def fail() -> None:
        raise DataError

    monkeypatch.setattr(counting, "survey", fail)
    make_signature(make_petition(closes_at=timezone.now() - timedelta(days=91)))
    command = worker.Command()

    with pytest.raises(DataError):
        command.work()
    command.work()

    assert not Signature.objects.filter(anonymised_at=None).exists()


def test_what_cannot_be_published_holds_up_nothing(monkeypatch, caplog):
    def fail(page: CampaignPage, *args: Any, **options: Any) -> None:
        raise ValueError

    campaign = make_campaign()
    campaign.save_revision(approved_go_live_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(CampaignPage, "publish", fail)
    make_signature(make_petition(closes_at=timezone.now() - timedelta(days=91)))

    worker.Command().work()

    assert "could not all be published" in caplog.text
    assert not Signature.objects.filter(anonymised_at=None).exists()


def test_an_empty_database_learns_its_key_and_refuses_another(settings):
    key_fingerprint.verify()
    key_fingerprint.verify()
    assert KeyFingerprint.objects.count() == 1

    settings.SIGNATURE_KEY = "another key"
    with pytest.raises(ImproperlyConfigured, match="SIGNATURE_KEY"):
        key_fingerprint.verify()


def test_the_worker_refuses_a_foreign_key(settings):
    key_fingerprint.verify()
    settings.SIGNATURE_KEY = "another key"

    with pytest.raises(ImproperlyConfigured):
        call_command("worker")


def test_the_fingerprint_tells_nothing_of_the_key(settings):
    key_fingerprint.verify()

    assert settings.SIGNATURE_KEY not in KeyFingerprint.objects.get().value


def test_who_starts_while_the_database_is_away_waits_for_it(monkeypatch):
    answers = iter([OperationalError, OperationalError, None])

    def learn(**values: object) -> tuple[KeyFingerprint, bool]:
        if trouble := next(answers):
            raise trouble
        return KeyFingerprint(value=email_keys.fingerprint()), False

    monkeypatch.setattr(KeyFingerprint.objects, "get_or_create", learn)
    monkeypatch.setattr(key_fingerprint, "PAUSE", 0)
    monkeypatch.setattr(key_fingerprint.connection, "close", lambda: None)

    key_fingerprint.wait_and_verify()

    assert list(answers) == []


def test_a_page_that_cannot_go_live_at_its_time_stops_nothing(signed, smtp_server):
    page = make_campaign(live=False, go_live_at=timezone.now() + timedelta(hours=1))
    revision = page.save_revision()
    revision.publish()
    # Its moment has come, and its petition is gone.
    revision.approved_go_live_at = timezone.now() - timedelta(hours=1)
    revision.content |= {"petition": None, "go_live_at": None}
    revision.save()
    command = worker.Command()

    command.work()
    command.mail()

    assert (len(smtp_server.messages), Tally.objects.get(petition__title="Signed").total) == (1, 1)
    assert not CampaignPage.objects.get(pk=page.pk).live
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()
    assert PageLogEntry.objects.filter(page=page, action="page.unscheduled").count() == 1
