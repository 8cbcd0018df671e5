"""Messages: a reader writes through the site and confirms by email; it is sent once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from campaigns import caching
from campaigns.appeals import listing, message, sending
from campaigns.models import Appeal, ListEntry, Message, MessageTry
from campaigns.privacy import access_report, access_report_in_words, erasing, retention
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_appeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal() -> Appeal:
    return make_appeal()


def post(client, appeal: Appeal, **other):
    typed = {
        "area": "Area 1",
        "to": other.get("to")
        or appeal.representatives.filter(area=other.get("area", "Area 1"))[0].pk,
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "subject": "The river",
        "text": "Dear {representative},\nplease stop the dam. It is ours.",
    }
    headers = other.pop("headers", {})
    return client.post(appeal.get_absolute_url(), typed | other, headers=headers)


def send() -> list:
    """Send the messages that are due, as the worker does; return the emails."""
    mail.outbox.clear()
    while sending.send_due(sleep=lambda seconds: None) is not None:
        pass
    return list(mail.outbox)


def link(sent) -> str:
    return re.search(r"/signatures/message/\S+", sent.body)[0]


def test_a_message_is_confirmed_sent_once_and_forgotten(client, appeal, settings):
    answer = post(client, appeal)
    (question,) = send()
    asked = client.get(link(question))
    nothing_yet = send()
    done = [client.post(link(question)) for _twice in range(2)]
    (sent,) = send()
    nothing_more = send()

    assert (answer.status_code, answer.url) == (303, "/write/parliament/check-your-email/")
    assert "we have sent you an email" in client.get(answer.url).content.decode().lower()
    assert question.to == ["ada@example.org"]
    assert "Somebody wrote a message to Member 1 on our site" in question.body
    assert "Lovelace" not in question.body + question.subject
    assert "please stop the dam" not in question.body
    assert "please stop the dam" in asked.content.decode()
    assert asked["Referrer-Policy"] == "no-referrer"
    assert [response.status_code for response in done] == [200, 200]
    assert (nothing_yet, nothing_more) == ([], [])
    assert (sent.to, sent.reply_to) == (
        ["Member 1 <member1@parliament.example>"],
        ["Ada Lovelace <ada@example.org>"],
    )
    assert sent.subject == "The river"
    assert sent.from_email.startswith('"Ada Lovelace (Lastdrop)" <')
    assert sent.body.startswith("Dear Member 1,\nplease stop the dam.")
    assert "Your answer goes to Ada Lovelace." in sent.body
    assert sent.body.rstrip().endswith(f"Lastdrop: {settings.BASE_URL}/write/parliament/")
    row = Message.objects.get()
    assert (row.outcome, row.name, row.email, row.subject, row.text) == ("sent", "", "", "", "")
    caching.clear()
    assert "1 message sent from here" in client.get(appeal.get_absolute_url()).content.decode()
    client.force_login(make_user("admin", is_superuser=True))
    url = reverse("wagtailsnippets_campaigns_appeal:edit", args=[appeal.pk])
    shown = " ".join(client.get(url).content.decode().split())
    assert "Messages sent through this site: 1. Confirmed and not sent yet: 0." in shown


def test_domains_in_other_letters_are_written_for_mail_servers(client, appeal):
    appeal.representatives.update(email="info@m\u00fcnchen.example")
    post(client, appeal, email="ada@b\u00fccher.example")
    (question,) = send()
    client.post(link(question))

    (sent,) = send()

    assert sent.to == ["Member 1 <info@xn--mnchen-3ya.example>"]
    assert sent.reply_to == ["Ada Lovelace <ada@xn--bcher-kva.example>"]
    assert Message.objects.get().outcome == Message.Outcome.SENT


def test_nobody_writes_twice_to_the_same_and_nobody_learns_of_it(client, appeal):
    post(client, appeal)
    post(client, appeal, text="Another text, before the first was confirmed.")
    first, second = send()
    _, refused, gone = (client.post(link(each)) for each in (first, second, second))

    again = post(client, appeal, email="ADA+x@example.org")
    other = post(client, appeal, area="Area 2")
    another = make_appeal(slug="another")
    elsewhere = post(client, another)

    assert (again.status_code, again.url) == (other.status_code, other.url)
    assert elsewhere.status_code == 303
    assert len(send()) == 3  # one to Member 1, the questions about Member 2 and another appeal
    assert (refused.status_code, gone.status_code) == (409, 400)
    assert "You have already written to Member 1" in refused.content.decode()
    assert "Through this appeal, each representative gets only one" in refused.content.decode()
    assert "Another text, before the first was confirmed." in refused.content.decode()
    assert "nobody confirmed it within seven days" in gone.content.decode()
    assert Message.objects.filter(confirmed_at__isnull=False).count() == 1


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, appeal):
    encoded = "=?utf-8?q?http=3A//shop=2Eexample?="  # an email program would decode it
    wrong = (
        ("name", "Buy at www.shop.example"),
        ("name", encoded),
        ("email", "ada"),
        ("subject", ""),
        ("subject", encoded),
        ("text", "Look at https://shop.example/ now"),
        ("to", "99999"),
    )

    for field, typed in wrong:
        response = post(client, appeal, **{field: typed})
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {field}
        assert f"<title>Please check: {appeal.title}" in response.content.decode()
        assert 'value="Ada Lovelace"' in response.content.decode() or field == "name"
    foreign = post(client, appeal, headers={"Sec-Fetch-Site": "cross-site"})
    Appeal.objects.update(sends=False)
    not_offered = post(client, appeal)

    assert (foreign.status_code, not_offered.status_code) == (403, 404)
    assert (
        "<textarea"
        not in client.get(appeal.get_absolute_url(), {"area": "Area 1"}).content.decode()
    )
    assert not Message.objects.exists()


def test_an_address_that_the_editors_propose_may_be_sent(client, appeal):
    Appeal.objects.update(text="See https://river.example/ first.")

    response = post(client, appeal, text="See https://river.example/ first. I did.")

    assert response.status_code == 303


def test_limits_and_lists_hold_messages_back(client, appeal, settings):
    settings.LIMITS_LOOPBACK = True
    settings.MESSAGES_A_DAY = 5  # with what is not stored: otherwise it would tell who has written
    ListEntry.objects.create(kind="domain", pattern="spam.example")
    trapped = post(client, appeal, aside="x")
    blocked = post(client, appeal, email="a@spam.example")

    answers = [post(client, appeal, email=f"{n}@example.org") for n in range(4)]

    assert (trapped.status_code, blocked.status_code) == (303, 303)
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert "Please try again tomorrow." in answers[3].content.decode()
    assert Message.objects.count() == 3
    ListEntry.objects.create(kind="domain", pattern="school.example", effect="allow")
    caching.clear()
    assert post(client, appeal, email="a@school.example").status_code == 303
    assert Message.objects.count() == 4


def test_a_mailbox_is_asked_five_times_a_day_at_most(client, appeal):
    answers = [post(client, appeal, text=f"Text {n}") for n in range(7)]

    assert {answer.status_code for answer in answers} == {303}
    assert len(send()) == 5
    assert "or if five messages were written with your email address within a day" in (
        client.get(answers[6].url).content.decode()
    )


def test_what_nobody_may_send_waits_or_ends(client, appeal):
    post(client, appeal)
    (question,) = send()
    client.post(link(question))
    Appeal.objects.update(live=False)
    while_unpublished = send()
    Appeal.objects.update(live=True)
    Message.objects.update(started_at=timezone.now() - timedelta(hours=1))

    after_a_crash = send()

    assert (while_unpublished, after_a_crash) == ([], [])
    assert Message.objects.get().outcome == "unclear"
    waiting = {"confirmed_at": timezone.now() - timedelta(days=8), "ended_at": None}
    Message.objects.update(**waiting)
    retention.run()
    assert not Message.objects.exists()
    assert client.get("/signatures/message/x.y/").status_code == 400


def test_old_messages_and_keys_are_deleted(client, appeal):
    post(client, appeal)
    post(client, appeal, email="bea@example.org")
    asked = send()
    client.post(link(asked[1]))
    send()
    Message.objects.update(typed_at=timezone.now() - timedelta(days=8))
    for days in (0, 1):
        tried_at = timezone.now() - timedelta(days=days)
        MessageTry.objects.create(network_key=b"n", tried_at=tried_at)
    Message.objects.filter(ended_at__isnull=False).update(
        ended_at=timezone.now() - timedelta(days=91)
    )
    late = client.get(link(asked[0]))

    retention.run()

    row = Message.objects.get()
    assert late.status_code == 400
    assert (row.mailbox_key, row.outcome) == (None, "sent")
    assert MessageTry.objects.count() == 1


def test_a_person_is_told_of_their_messages_and_nothing_is_left(client, appeal):
    post(client, appeal)
    post(client, appeal, email="bea@example.org")
    ended = {"outcome": "refused", "confirmed_at": timezone.now(), "ended_at": timezone.now()}
    Message.objects.create(
        appeal=appeal, mailbox_key=message.keys_of("ada@example.org")[0], **ended
    )

    report = access_report.export("Ada+river@example.org")
    receipt = erasing.erase("ada@example.org")

    told, ended = report["messages"]
    assert told["confirmed_at"] is None is not ended["confirmed_at"]
    assert "What became of it: refused by" in str(access_report_in_words.tree(report))
    assert (told["name"], told["recipient_name"]) == ("Ada Lovelace", "Member 1")
    assert told["text"].startswith("Dear Member 1,")
    assert receipt.others == {erasing.MESSAGES: 2}
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM campaigns_message t")
        left = cursor.fetchone()[0]
    assert "ada@example" not in left.lower()
    assert message.of("bea@example.org").count() == 1


def test_of_several_the_reader_chooses_one(client, appeal):
    second = appeal.representatives.get(area="Area 2")
    second.area = "Area 1"
    second.save()

    offered = client.get(appeal.get_absolute_url(), {"area": "Area 1"}).content.decode()
    post(client, appeal, to=second.pk)

    assert "{representative} will be replaced with the name of the person you choose." in offered
    row = Message.objects.get()
    assert (row.recipient_name, row.text.split("\n")[0]) == ("Member 2", "Dear Member 2,")


def test_a_new_list_while_somebody_writes_loses_nothing_of_what_was_typed(client, appeal):
    before = appeal.representatives.get(area="Area 1").pk
    rows = [
        listing.Row("Area 1", "Member One", "member1@parliament.example"),
        listing.Row("Area 2", "Somebody Else", "else@parliament.example"),
        listing.Row("Area 3", "A Third", "third@parliament.example"),
    ]
    second = appeal.representatives.get(area="Area 2").pk

    listing.replace(appeal, rows)
    same = post(client, appeal, to=before)
    other = post(client, appeal, area="Area 2", to=second)
    new = appeal.representatives.get(area="Area 2").pk
    listing.replace(appeal, [rows[0], rows[2]])
    gone = post(client, appeal, area="Area 2", to=second)

    assert same.status_code == 303
    assert (other.status_code, set(other.context["form"].errors)) == (422, {"to"})
    page = other.content.decode()
    assert "has changed in the meantime. Please check who you are writing to" in page
    assert "please stop the dam. It is ours." in page
    assert 'value="Ada Lovelace"' in page
    assert f'name="to" value="{new}"' in page
    assert gone.status_code == 404
    assert "Copy your text, and choose again." in gone.content.decode()
    assert "please stop the dam. It is ours." in gone.content.decode()
