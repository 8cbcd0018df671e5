"""What became of a message: its writer and the team read the same text."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from campaigns.appeals import listing, sending
from campaigns.appeals.listing import Row
from campaigns.mail import pace
from campaigns.models import Appeal, Message
from operations.doctor.answers import Unanswered
from tests.campaigns.appeals.test_messages import link, post, send
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_appeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal() -> Appeal:
    return make_appeal()


def panel(client, appeal: Appeal) -> str:
    client.force_login(make_user("admin", is_superuser=True))
    url = reverse("wagtailsnippets_campaigns_appeal:edit", args=[appeal.pk])
    return " ".join(client.get(url).content.decode().split())


def refuse(monkeypatch, error: Exception) -> None:
    def failing(self, messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", failing)


def test_a_message_that_is_refused_is_told_to_its_writer_and_to_the_team(
    client, appeal, monkeypatch
):
    refused = SMTPRecipientsRefused({"member1@parliament.example": (550, b"5.1.1 no such user")})
    answers = {}
    for email, error in (("ada@example.org", refused), ("bea@example.org", Unanswered())):
        post(client, appeal, email=email)
        (question,) = send()
        on_its_way = client.post(link(question)).content.decode()
        with monkeypatch.context() as patch:
            refuse(patch, error)
            send()
        answers[email] = client.get(link(question)).content.decode()
        assert "Your message is on its way" in on_its_way

    team = panel(client, appeal)

    assert "<h1>Your message was not delivered</h1>" in answers["ada@example.org"]
    assert "did not take your message to Member 1" in answers["ada@example.org"]
    assert "<h1>Perhaps your message was sent</h1>" in answers["bea@example.org"]
    assert (
        "We could not find out whether your message reached the mail server"
        in (answers["bea@example.org"])
    )
    assert "<li><bdi>member1@parliament.example</bdi>: refused by the mail server (1)</li>" in team
    assert "<li><bdi>member1@parliament.example</bdi>: perhaps sent (1)</li>" in team


@pytest.mark.parametrize("error", [None, Unanswered()], ids=["slow", "silent"])
def test_with_a_slow_server_a_round_ends_early_and_the_next_follows(
    client, appeal, monkeypatch, error
):
    for email in ("ada@example.org", "bea@example.org"):
        post(client, appeal, email=email)
    monkeypatch.setattr(pace, "LONGEST", 0.0)
    if error:
        refuse(monkeypatch, error)
    asked = Message.objects.filter(asked_at__isnull=False)

    waits, numbers = [], []
    for _round in range(3):
        waits.append(sending.send_due(sleep=lambda seconds: None))
        numbers.append(asked.count())

    assert (waits, numbers) == ([0.0, 0.0, None], [1, 2, 2])


def test_a_message_that_was_sent_is_told_to_its_writer(client, appeal):
    post(client, appeal)
    (question,) = send()
    client.post(link(question))
    send()

    told = [client.get(link(question)), client.post(link(question))]

    assert ["<h1>Your message was sent</h1>" in each.content.decode() for each in told] == [
        True,
        True,
    ]
    assert "Messages that may not have arrived" not in panel(client, appeal)


def test_while_the_appeal_is_unpublished_a_writer_reads_that_the_message_waits(client, appeal):
    post(client, appeal)
    (question,) = send()
    Appeal.objects.update(live=False)

    done = client.post(link(question)).content.decode()

    assert "<h1>Your message is waiting</h1>" in done
    assert "if it is public again within seven days. Otherwise we delete it." in done
    assert appeal.get_absolute_url() not in done


def test_what_was_written_before_is_sent_once_no_more_messages_are_taken(client, appeal):
    post(client, appeal)
    Appeal.objects.update(sends=False)
    (question,) = send()
    client.post(link(question))

    (sent,) = send()

    assert sent.to == ["Member 1 <member1@parliament.example>"]


def test_an_address_that_was_corrected_gets_what_was_written_before(client, appeal):
    post(client, appeal)
    post(client, appeal, email="bea@example.org")
    first, second = send()
    client.post(link(first))

    listing.replace(appeal, [Row("Area 1", "Member 1", "right@parliament.example")])
    client.post(link(second))

    assert [each.to for each in send()] == [["Member 1 <right@parliament.example>"]] * 2
    assert set(Message.objects.values_list("recipient_email", "area")) == {
        ("right@parliament.example", "")
    }


@pytest.mark.parametrize("successors", ["else@parliament.example", "member1@parliament.example"])
def test_who_has_left_the_list_gets_nothing_more(client, appeal, successors):
    for email in ("ada@example.org", "bea@example.org"):
        post(client, appeal, email=email)
    first, second = send()
    client.post(link(first))

    listing.replace(appeal, [Row("Area 1", "Somebody Else", successors)])
    asked, done = client.get(link(second)), client.post(link(second))

    assert send() == []
    assert (asked.status_code, done.status_code) == (409, 409)
    for page in (asked.content.decode(), done.content.decode()):
        assert "The list of people to write to has changed in the meantime." in page
        assert "please stop the dam. It is ours." in page
    assert Message.objects.filter(confirmed_at__isnull=False).count() == 0
    assert client.get(link(first)).status_code == 400


def test_nobody_writes_twice_to_an_address_that_was_corrected(client, appeal):
    post(client, appeal)
    (first,) = send()
    client.post(link(first))
    rows = [Row("Area 1", "Member 1", "right@parliament.example")]
    listing.replace(appeal, rows)
    post(client, appeal)
    second = next(each for each in send() if each.to == ["ada@example.org"])

    answer = client.post(link(second))

    assert answer.status_code == 409
    assert send() == []
    assert Message.objects.get().outcome == "sent"


def test_who_deletes_an_appeal_reads_how_many_messages_go_with_it(client, appeal):
    other = make_appeal(slug="another", title="Another")
    post(client, appeal)
    (question,) = send()
    client.post(link(question))
    client.force_login(make_user("moderator", "Moderators"))
    bulk = reverse("wagtail_bulk_action", args=["campaigns", "appeal", "delete"])
    urls = [
        reverse("wagtailsnippets_campaigns_appeal:delete", args=[each.pk])
        for each in (appeal, other)
    ]

    asked = ["confirmed message has not" in client.get(url).content.decode() for url in urls]
    client.post(f"{bulk}?id={appeal.pk}&id={other.pk}&next=/admin/")
    refused, kept = said(client), Appeal.objects.count()
    client.post(urls[0])
    client.post(f"{bulk}?id={other.pk}&next=/admin/")

    assert asked == [True, False]
    assert (kept, f"have not been sent yet: {appeal}." in refused) == (2, True)
    assert not Appeal.objects.exists()
