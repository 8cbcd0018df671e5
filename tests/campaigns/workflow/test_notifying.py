"""Notices of each kind survive a bug of ours, and hold no lock while they are sent."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.template import TemplateSyntaxError
from django.utils import timezone

from campaigns.forwarding import notices as of_forwarding
from campaigns.mailings import mailing_actions
from campaigns.mailings import notices as of_mailings
from campaigns.models import MailChoice, MailingNotice, StaffNotice, Tally
from campaigns.sync import notices as of_receivers
from campaigns.trends import alarm_mails, weekly
from campaigns.workflow import notices, staff_mails
from operations.jobs import notices as of_jobs
from operations.jobs.job import Job
from tests.campaigns.cms.pages.test_approval import submit
from tests.campaigns.sync.conftest import make_receiver
from tests.campaigns.trends.test_alarms import make_alarm
from tests.factories import make_mailing, make_petition
from tests.operations.jobs import kind

pytestmark = pytest.mark.django_db


def job(people, teams, monkeypatch) -> None:
    kind.give(monkeypatch, lambda work: {})
    now = timezone.now()
    values = {"state": "done", "ended_at": now, "notice_at": now}
    Job.objects.create(kind=kind.KEY, made_by=people.manager, **values)


def forwarding(people, teams, monkeypatch) -> None:
    Tally.objects.filter(petition=teams.ours).update(forwarding_failed_at=timezone.now())


def approval(people, teams, monkeypatch) -> None:
    submit(make_petition(title="A draft", slug="draft", live=False), people.editor)
    first = StaffNotice.objects.order_by("pk").first()
    StaffNotice.objects.exclude(pk=first.pk).delete()


def mailing(people, teams, monkeypatch) -> None:
    mailing = make_mailing(teams.ours)
    mailing_actions.submit(mailing, seen=mailing.stamp, by=people.river_manager)


NOTICES: dict[str, tuple[Callable[..., Any], Callable[[], float | None]]] = {
    "job": (job, of_jobs.send_due),
    "forwarding": (forwarding, of_forwarding.tell_due),
    "approval": (approval, notices.send_due),
    "mailing": (mailing, of_mailings.send_due),
    "alarm": (lambda people, teams, _: make_alarm(teams.ours), alarm_mails.tell_due),
    "week": (
        lambda people, teams, _: MailChoice.objects.create(user=people.manager, weekly=True),
        weekly.send_due,
    ),
    "receiver": (
        lambda *_: make_receiver(is_on=False, gave_up_at=timezone.now()),
        of_receivers.tell_due,
    ),
}


@pytest.mark.parametrize("name", NOTICES)
def test_a_mistake_in_a_template_ends_no_worker_and_is_not_met_again(
    name, people, teams, monkeypatch
):
    make, send = NOTICES[name]
    make(people, teams, monkeypatch)

    def mistaken(*args: object) -> str:
        raise TemplateSyntaxError

    for module in (staff_mails, of_jobs):
        monkeypatch.setattr(module, "render_to_string", mistaken)

    waits = [send(), send()]

    assert waits == [0, None]
    assert mail.outbox == []


@pytest.mark.parametrize("name", NOTICES)
def test_nothing_is_locked_while_the_mail_server_is_asked(name, people, teams, monkeypatch):
    make, send = NOTICES[name]
    make(people, teams, monkeypatch)
    transactions = []
    really = EmailBackend.send_messages

    def asked(self: EmailBackend, messages: Any) -> int:
        transactions.extend(connection.savepoint_ids)
        return int(really(self, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", asked)

    waits = [send(), send()]

    assert waits == [0, None]
    assert mail.outbox
    assert transactions == []
    assert [model.objects.count() for model in (StaffNotice, MailingNotice)] == [0, 0]
