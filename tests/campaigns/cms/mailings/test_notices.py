"""Staff are notified by email that a mailing waits for approval, and what became of their own."""

import pytest
from django.urls import reverse
from wagtail.models import Collection
from wagtail.users.models import UserProfile

from campaigns.mailings import mailing_actions, notices, sending
from campaigns.models import Mailing, MailingNotice
from campaigns.petitions import immediate_actions
from tests.factories import make_mailing, make_petition, make_signature

pytestmark = pytest.mark.django_db


def tell() -> None:
    while notices.send_due() == 0:
        pass


def told(smtp_server) -> list[tuple[str, str]]:
    found = [(mail["To"], mail["Subject"].strip()) for mail in smtp_server.messages]
    smtp_server.messages.clear()
    return sorted(found)


def test_those_who_may_approve_are_told_and_then_the_writer(smtp_server, people):
    writer, approver = people.river_manager, people.manager
    river = make_petition(collection=Collection.objects.get(name="River"))
    make_signature(river, updates=True)
    mailing = make_mailing(river)
    mailing.writers.add(writer)

    mailing_actions.submit(mailing, seen=mailing.stamp, by=writer)
    tell()
    text = smtp_server.messages[0].get_body(("plain",)).get_content()
    submitted = told(smtp_server)
    mailing_actions.take_back(mailing, by=approver)
    tell()
    back = told(smtp_server)
    mailing_actions.submit(mailing, seen=mailing.stamp, by=writer)
    MailingNotice.objects.all().delete()
    mailing.refresh_from_db()
    mailing_actions.approve(mailing, seen=mailing.submitted_at, by=approver)
    tell()
    approved = told(smtp_server)
    for _time in range(2):
        sending.send_due(sleep=lambda seconds: None)
    smtp_server.messages.clear()
    tell()
    last = smtp_server.messages[0].get_body(("plain",)).get_content()

    waits = "To be approved: the mailing “The minister has answered”"
    assert submitted == [("admin@example.org", waits), ("manager@example.org", waits)]
    assert "river has submitted it." in text
    assert f"http://testserver/admin/mailings/{mailing.pk}/" in text
    again, approval = "Returned to draft: the mailing", "Approved: the mailing"
    assert back == [("river@example.org", f"{again} “The minister has answered”")]
    assert approved == [("river@example.org", f"{approval} “The minister has answered”")]
    assert "1 email was sent." in last
    assert told(smtp_server) == [
        ("river@example.org", "Sent: the mailing “The minister has answered”")
    ]


def test_nobody_is_told_who_wants_no_mails_or_what_is_no_longer_so(smtp_server, people, settings):
    river = make_petition()
    mailing = make_mailing(river)
    mailing.writers.add(people.manager)
    mailing_actions.submit(mailing, seen=mailing.stamp, by=people.manager)
    mailing_actions.take_back(mailing, by=people.manager)
    tell()
    nothing = told(smtp_server)
    for profile in [UserProfile.get_for_user(user) for user in (people.administrator,)]:
        profile.submitted_notifications = False
        profile.save()
    mailing_actions.submit(mailing, seen=mailing.stamp, by=people.manager)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    tell()
    waiting = MailingNotice.objects.get().attempts
    settings.EMAIL_PORT = port
    MailingNotice.objects.update(due_at=mailing.made_at)
    tell()

    assert nothing == []
    assert waiting == 1
    assert told(smtp_server) == []
    assert not MailingNotice.objects.exists()


def test_a_writer_who_lost_the_right_to_the_mailing_is_told_no_more(smtp_server, people):
    river = make_petition(collection=Collection.objects.get(name="River"))
    mailing = make_mailing(river)
    mailing.writers.set([people.river_manager, people.manager])
    MailingNotice.objects.create(mailing=mailing, kind="back")
    people.river_manager.groups.clear()

    tell()

    assert [to for to, _subject in told(smtp_server)] == ["manager@example.org"]


def test_what_is_to_be_sent_is_approved_anew_once_its_petition_belongs_to_others(
    smtp_server, browse, people
):
    forest = Collection.objects.get(name="Forest")
    river = make_petition(collection=Collection.objects.get(name="River"))
    make_signature(river, updates=True)
    approved, begun, waiting = (make_mailing(river) for _ in range(3))
    for mailing, state in ((approved, "approved"), (begun, "sending"), (waiting, "waiting")):
        mailing.writers.add(people.river_manager)
        mailing_actions.submit(mailing, seen=mailing.stamp)
        by = {"approved_at": mailing.made_at, "approved_by": people.manager}
        Mailing.objects.filter(pk=mailing.pk).update(state=state, **by)
    Mailing.objects.filter(pk=waiting.pk).update(approved_at=None, approved_by=None)
    MailingNotice.objects.all().delete()
    page = reverse("mailing", args=[approved.pk])

    before = browse(people.manager).get(page).content.decode()
    immediate_actions.move(river, forest, by=people.manager)
    sending.send_due(sleep=lambda seconds: None)
    smtp_server.messages.clear()
    tell()
    [text, *_others] = [mail.get_body(("plain",)).get_content() for mail in smtp_server.messages]
    heard = {to for to, _subject in told(smtp_server)}
    shown = browse(people.manager).get(page).content.decode()

    moved = "a petition to whose signers it goes was moved to another collection"
    assert {"admin@example.org", "manager@example.org"} == heard
    assert (moved in before, moved in shown, moved in text) == (False, True, True)
    assert 'value="approve"' in shown
    rows = Mailing.objects.order_by("pk").values_list("state", "approved_by")
    states, approvers = zip(*rows, strict=True)
    assert (states[0], states[2]) == ("waiting", "waiting")
    assert approvers == (None, people.manager.pk, None)
