"""Notices of each kind survive a bug of ours, and hold no lock while they are sent."""

from collections.abc import Callable, Iterable, Iterator
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.template import TemplateSyntaxError
from django.utils import timezone

from campaigns.forwarding import notices as of_forwarding
from campaigns.mailings import mailing_actions
from campaigns.mailings import notices as of_mailings
from campaigns.models import MailChoice, MailingNotice, Receiver, StaffNotice, Tally
from campaigns.sync import notices as of_receivers
from campaigns.trends import alarm_mails, weekly
from campaigns.trends.alarms import Alarm
from campaigns.workflow import notices, staff_mails
from operations.doctor.answers import Unanswered
from operations.jobs import notices as of_jobs
from operations.jobs.job import Job
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.pages.test_approval import submit
from tests.campaigns.sync.conftest import make_receiver
from tests.campaigns.trends.test_alarms import make_alarm
from tests.database import taken_back
from tests.factories import make_campaign, make_mailing, make_petition
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


def comments(people, teams, monkeypatch) -> None:
    page = make_campaign(teams.ours)
    said = {"new_comments": [{"text": "Is it?"}]}
    notice = StaffNotice.objects.create(
        kind="comments", page=page, about=said, acted_by=people.editor
    )
    notice.readers.set(User.objects.exclude(pk=people.editor.pk))


def mailing(people, teams, monkeypatch) -> None:
    mailing = make_mailing(teams.ours)
    mailing_actions.submit(mailing, seen=mailing.stamp, by=people.river_manager)


def queued(tell: Callable[[], float | None]) -> Callable[[], float | None]:
    """Return what queues a notice of this kind and sends one, as two rounds of the worker do."""

    def send() -> float | None:
        tell()
        return notices.send_due()

    return send


NOTICES: dict[str, tuple[Callable[..., Any], Callable[[], float | None]]] = {
    "job": (job, of_jobs.send_due),
    "forwarding": (forwarding, queued(of_forwarding.tell_due)),
    "approval": (approval, notices.send_due),
    "comments": (comments, notices.send_due),
    "mailing": (mailing, of_mailings.send_due),
    "alarm": (lambda people, teams, _: make_alarm(teams.ours), queued(alarm_mails.tell_due)),
    "week": (
        lambda people, teams, _: MailChoice.objects.create(user=people.manager, weekly=True),
        queued(weekly.tell_due),
    ),
    "receiver": (
        lambda *_: make_receiver(is_on=False, gave_up_at=timezone.now()),
        queued(of_receivers.tell_due),
    ),
}


Each = Callable[[Iterable[str]], Iterator[tuple[str, Callable[[], float | None]]]]


@pytest.fixture
def each_of(people, teams, monkeypatch) -> Each:
    """A function that makes a notice of each kind, yields what sends it, and undoes all."""

    def each(names):
        for name in names:
            make, send = NOTICES[name]
            mail.outbox.clear()
            with taken_back(), monkeypatch.context() as patch:
                make(people, teams, patch)
                yield name, send

    return each


def test_a_mistake_in_a_template_ends_no_worker_and_is_not_met_again(each_of, monkeypatch):
    def mistaken(*args: object) -> str:
        raise TemplateSyntaxError

    for module in (staff_mails, of_jobs):
        monkeypatch.setattr(module, "render_to_string", mistaken)

    for name, send in each_of(NOTICES):
        waits = [send(), send()]

        assert waits == [0, None], name
        assert mail.outbox == [], name


def refused(self: EmailBackend, messages: Any) -> int:
    raise SMTPRecipientsRefused({messages[0].to[0]: (452, b"4.3.1 quota")})


def pass_time() -> None:
    """Make all notices due that wait."""
    now = timezone.now()
    for model in (StaffNotice, MailingNotice):
        model.objects.update(due_at=now)
    Job.objects.exclude(notice_at=None).update(notice_at=now)


def test_what_the_mail_server_does_not_take_for_now_comes_later_and_once(each_of, monkeypatch):
    for name, send in each_of(NOTICES):
        with monkeypatch.context() as patch:
            patch.setattr(EmailBackend, "send_messages", refused)
            waits = [send(), send()]
        taken = len(mail.outbox)
        pass_time()
        send()
        pass_time()
        send()

        assert (waits, taken) == ([0, None], 0), name  # others are not held up meanwhile
        assert mail.outbox, name
        assert len({each.to[0] for each in mail.outbox}) == len(mail.outbox), name


OUTDATED: dict[str, Callable[[], Any]] = {
    "forwarding": lambda: Tally.objects.update(forwarding_failed_at=None),
    "alarm": lambda: Alarm.objects.all().delete(),
    "week": lambda: MailChoice.objects.update(weekly=False),
    "receiver": lambda: Receiver.objects.all().delete(),
}


def test_what_no_longer_applies_is_not_sent(each_of, monkeypatch):
    for name, send in each_of(OUTDATED):
        with monkeypatch.context() as patch:
            patch.setattr(EmailBackend, "send_messages", refused)
            send()
        OUTDATED[name]()
        pass_time()
        send()

        assert mail.outbox == [], name
        assert not StaffNotice.objects.exists(), name


def test_no_round_waits_for_one_slow_answer_after_another(each_of, monkeypatch):
    """Each answer may take so long that the worker would appear to hang."""
    for number in range(3):
        make_user(f"another{number}", is_superuser=True)
    to: list[str] = []

    def hang_up(self: EmailBackend, messages: Any) -> int:
        to.extend(messages[0].to)
        raise Unanswered

    def answer_late(self: EmailBackend, messages: Any) -> int:
        to.extend(messages[0].to)
        return 1

    for answer, longest, expected in ((hang_up, 1000.0, 1), (answer_late, 0.0, 0)):
        monkeypatch.setattr(staff_mails, "LONGEST", longest)
        monkeypatch.setattr(EmailBackend, "send_messages", answer)
        for name, send in each_of(["approval", "mailing", "alarm", "comments"]):
            to.clear()
            numbers, tried = [], 0
            while send() is not None:
                numbers.append(len(to) - tried)
                tried = len(to)

            assert len(numbers) > 2, (name, answer)
            assert numbers == [1] * len(numbers), (name, answer)
            assert len(set(to)) == len(to), (name, answer)  # nobody gets it twice at once
            left = sum(model.objects.count() for model in (StaffNotice, MailingNotice))
            assert left == expected, (name, answer)


def test_what_the_mail_server_has_perhaps_taken_is_sent_three_times_more_at_most(
    each_of, monkeypatch
):
    """Had twice is better than never: nobody would know that a mailing is paused."""
    to: list[str] = []

    def hang_up(self: EmailBackend, messages: Any) -> int:
        to.extend(messages[0].to)
        raise Unanswered

    monkeypatch.setattr(EmailBackend, "send_messages", hang_up)
    for name, send in each_of(NOTICES):
        to.clear()
        tried = []
        for _time in range(5):
            while send() is not None:  # others are not held up meanwhile
                pass
            tried.append(len(to))
            pass_time()

        once = tried[0]
        assert once, name
        assert tried == [once, 2 * once, 3 * once, 4 * once, 4 * once], name
        assert not Job.objects.exclude(notice_at=None).exists(), name
        assert [model.objects.count() for model in (StaffNotice, MailingNotice)] == [0, 0], name


def test_nothing_is_locked_while_the_mail_server_is_asked(each_of, monkeypatch):
    depths = []
    really = EmailBackend.send_messages

    def asked(self: EmailBackend, messages: Any) -> int:
        depths.append(len(connection.atomic_blocks))
        return int(really(self, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", asked)

    for name, send in each_of(NOTICES):
        depths.clear()
        before = len(connection.atomic_blocks)

        waits = [send(), send()]

        assert waits == [0, None], name
        assert mail.outbox, name
        assert set(depths) == {before}, name
        assert [model.objects.count() for model in (StaffNotice, MailingNotice)] == [0, 0], name
