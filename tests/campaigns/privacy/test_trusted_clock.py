"""A clock that is wrong deletes and anonymises nothing."""

from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from wagtail.admin.models import FormState

from campaigns.finding.searches import TypedSearch
from campaigns.models import FailingMailbox, SeenClock, Signature
from campaigns.privacy import retention, trusted_clock
from campaigns.sync import upkeep
from campaigns.sync.delivery import Delivery, Kind, Outcome
from campaigns.workflow.sent_forms import SentForm
from operations.backups.erasure_ledger import Erasure
from operations.rounds import discover
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import make_ended, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# The rounds that delete old rows, apart from the sweep of signers' data.
PURGING = {
    *("old lists", "old jobs", "old erasures", "sent forms", "old failures", "old events"),
    *("searches", "login attempts", "old alarms", "unsaved forms"),
}


@pytest.fixture
def clocks(monkeypatch):
    """A function that sets the clocks of the worker and of the database ahead."""
    worker, database = timezone.now, trusted_clock.database_now

    def set_ahead(*, of_worker: timedelta, of_database: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: worker() + of_worker)
        monkeypatch.setattr(trusted_clock, "database_now", lambda: database() + of_database)

    return set_ahead


def jump(clocks, ahead: timedelta) -> None:
    clocks(of_worker=ahead, of_database=ahead)


def make_due_in_three_days() -> None:
    make_signature(make_ended(days=87))
    make_pending(make_petition(title="Open"), days=4)


def make_what_is_deleted_one_day(user: User) -> dict[type[Model], str]:
    """Make rows that are deleted one day; return their models and the names of their timestamps."""
    SentForm.objects.create(key="a", content="b")
    TypedSearch.objects.create(user=user, text="ada")
    AccessAttempt.objects.create(username="ada", failures_since_start=5)
    Erasure.objects.create(digest=b"a" * 32, erased_on=timezone.localdate())
    FailingMailbox.objects.create(mailbox_key=b"a" * 32, mailings=[1], failed_at=timezone.now())
    about = {"content_type": ContentType.objects.get_for_model(User), "object_id": "1"}
    FormState.objects.create(user=user, last_updated_at=timezone.now(), **about)
    return {
        SentForm: "sent_at",
        FormState: "last_updated_at",
        TypedSearch: "made_at",
        AccessAttempt: "attempt_time",
        Erasure: "erased_on",
        FailingMailbox: "failed_at",
    }


def test_a_worker_whose_clock_is_days_ahead_does_nothing_and_says_so(clocks, caplog):
    make_due_in_three_days()
    clocks(of_worker=4 * DAY, of_database=0 * DAY)

    report = retention.run()

    assert not report
    assert Signature.objects.filter(anonymised_at=None).count() == 2
    assert "nothing is deleted and nothing is anonymised" in caplog.text


def test_no_round_of_such_a_worker_deletes_anything(clocks):
    models = make_what_is_deleted_one_day(User.objects.create_user("ada"))
    clocks(of_worker=500 * DAY, of_database=0 * DAY)
    purging = [each for each in discover() if each.name in PURGING]
    for each in purging:
        each.work()
    kept = {model: model.objects.count() for model in models}

    clocks(of_worker=0 * DAY, of_database=0 * DAY)
    for model, moment in models.items():
        model.objects.update(**{moment: timezone.now() - 500 * DAY})
    for each in purging:
        each.work()

    assert len(purging) == len(PURGING)
    assert kept == dict.fromkeys(models, 1)
    assert {model: model.objects.count() for model in models} == dict.fromkeys(models, 0)


def test_once_the_clock_is_right_again_the_work_goes_on(clocks):
    make_pending(make_petition(), days=8)
    clocks(of_worker=4 * DAY, of_database=0 * DAY)
    retention.run()

    clocks(of_worker=0 * DAY, of_database=0 * DAY)

    assert retention.run().deleted == 1


def test_a_jump_of_the_only_clock_there_is_waits_for_a_day(clocks, caplog):
    make_due_in_three_days()
    retention.run()

    jump(clocks, 4 * DAY)
    refused = [retention.run()]
    jump(clocks, 4 * DAY + 23 * HOUR)
    refused.append(retention.run())

    assert not any(refused)
    assert "The clock has gone ahead by more than a day" in caplog.text
    jump(clocks, 5 * DAY + HOUR)
    report = retention.run()
    assert (report.deleted, report.anonymised) == (1, 1)


def test_a_clock_that_is_set_back_is_trusted_at_once(clocks):
    make_pending(make_petition(), days=8)
    jump(clocks, 4 * DAY)
    trusted_clock.is_right()
    SeenClock.objects.update(jumped_at=timezone.now())

    jump(clocks, 0 * DAY)

    assert retention.run().deleted == 1


def test_hours_and_a_first_run_are_no_jump(clocks):
    seen = []
    for hours in (0, 1, 13, 36):
        jump(clocks, hours * HOUR)
        seen.append(trusted_clock.is_right())

    assert seen == [True] * 4


def test_the_database_remembers_the_time_that_it_was(clocks):
    trusted_clock.is_right()
    first = SeenClock.objects.get().seen_at

    jump(clocks, 2 * HOUR)
    trusted_clock.is_right()

    moved = SeenClock.objects.get().seen_at - first
    assert isinstance(first, datetime)
    assert timedelta(hours=2) <= moved < timedelta(hours=2, minutes=1)


def test_a_round_with_more_to_delete_goes_on_at_once(clocks, monkeypatch):
    monkeypatch.setattr(upkeep, "BATCH", 2)
    receiver = make_receiver()
    ended = {"outcome": Outcome.SENT, "ended_at": timezone.now() - 31 * DAY}
    for _ in range(3):
        Delivery.objects.create(receiver=receiver, kind=Kind.TEST, **ended)
    (events,) = (each for each in discover() if each.name == "old events")

    clocks(of_worker=4 * DAY, of_database=0 * DAY)
    while_wrong = events.work()
    clocks(of_worker=0 * DAY, of_database=0 * DAY)

    assert (while_wrong, events.work(), events.work()) == (None, 0, None)
    assert not Delivery.objects.exists()
