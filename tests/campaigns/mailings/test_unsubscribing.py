"""One click ends all mailings to a mailbox (RFC 8058); opening the page changes nothing."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.mail import posting
from campaigns.mail.new_emails import NewEmail
from campaigns.mailings import (
    audience,
    composing,
    links,
    suppression,
    unsubscribing,
    unticking,
)
from campaigns.mailings.mailing import Recipient
from campaigns.models import Mailing, Signature, SuppressedMailbox
from campaigns.signatures import tokens
from campaigns.signing import assisting, changing_emails
from tests.campaigns.bounces.test_consequences import moved
from tests.factories import make_mailing, make_petition, make_signature
from tests.new_emails import press

pytestmark = pytest.mark.django_db


def make_mail(mailing: Mailing, signature: Signature):
    return composing.compose(mailing, signature, Recipient(pk=7))


def path_of(mail) -> str:
    return mail.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")


def test_mail_programs_unsubscribe_with_one_post_without_cookies(client):
    river, forest = make_petition(), make_petition(slug="forest")
    ada = make_signature(river, updates=True)
    also = make_signature(forest, updates=True)
    other = make_signature(river, email="bob@example.org", updates=True)
    mailing = make_mailing(river)
    mail = make_mail(mailing, ada)
    raw = posting.as_bytes(mail)

    body = {"List-Unsubscribe": "One-Click"}
    answers = [client.post(path_of(mail), body, headers={"Origin": "null"}) for _time in range(2)]

    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert re.search(
        rb"List-Unsubscribe:\s+<http://testserver%s>\r\n" % path_of(mail).encode(), raw
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not answers[0].cookies
    ticked = Signature.objects.filter(updates=True)
    assert list(ticked) == [other]
    assert {ada, also} < set(Signature.objects.all())  # the signatures stay
    assert mailing.numbers["unsub"] == 1


def test_the_page_asks_only_while_there_is_something_to_end(client):
    river = make_petition()
    ada = make_signature(river, updates=True)
    mailing = make_mailing(river)
    path = path_of(make_mail(mailing, ada))
    client.post(path)

    ended = client.get(path).content.decode()
    Signature.objects.filter(pk=ada.pk).update(updates=True)
    again = client.get(path).content.decode()
    client.post(path)
    ada.refresh_from_db()
    is_ticked = ada.updates
    ada.delete()
    gone = client.get(path).content.decode()

    assert "You are unsubscribed" in ended
    assert "asked to be kept informed" not in ended
    assert "asked to be kept informed" in again
    assert (is_ticked, mailing.numbers["unsub"]) == (False, 1)
    assert "Get no more news by email?" in gone


def test_the_page_says_from_what_and_changes_nothing_before_the_button(client):
    river = make_petition()
    ada = make_signature(river, updates=True)
    path = path_of(make_mail(make_mailing(river), ada))

    page = client.get(path)
    client.head(path)

    text = page.content.decode()
    assert "You signed this petition and asked to be kept informed." in text
    assert river.title in text
    assert "ada@example.org" not in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert not SuppressedMailbox.objects.exists()
    ada.refresh_from_db()
    assert ada.updates


def test_the_link_works_when_the_signature_is_gone(client):
    river = make_petition()
    ada = make_signature(river, updates=True)
    mailing = make_mailing(river)
    path = path_of(make_mail(mailing, ada))
    mailbox = suppression.keys_of("ada@example.org")
    suppression.suppress(mailbox, signature=ada, reason=suppression.Reason.BOUNCED)
    ada.delete()

    page, answer = client.get(path), client.post(path)

    assert (page.status_code, answer.status_code) == (200, 200)
    assert "You are unsubscribed" in answer.content.decode()
    assert SuppressedMailbox.objects.get().reason == suppression.Reason.UNSUBSCRIBED
    assert mailing.numbers["unsub"] == 1


def test_the_worker_unticks_what_else_a_mailbox_signed_whose_signature_is_gone(client):
    river, forest, coast = make_petition(), make_petition(slug="forest"), make_petition(slug="c")
    ada = make_signature(river, updates=True)
    also = make_signature(forest, email="ADA@example.org", updates=True)
    other = make_signature(forest, email="bob@example.org", updates=True)
    path = path_of(make_mail(make_mailing(river), ada))
    ada.delete()
    unticking.untick()
    assert Signature.objects.filter(updates=True).count() == 2  # Nobody has unsubscribed yet.

    client.post(path)
    anew = make_signature(coast, updates=True, confirmed_at=timezone.now())
    unticking.untick()

    assert set(Signature.objects.filter(updates=True)) == {other, anew}
    Signature.objects.filter(pk=also.pk).update(updates=True)
    unticking.untick()  # It has unticked this mailbox already.
    also.refresh_from_db()
    assert also.updates


def test_who_changed_the_email_address_while_the_worker_looked_stays_ticked(monkeypatch):
    river = make_petition()
    ada = make_signature(river, updates=True)
    moved_since = make_signature(river, email="bob@example.org", updates=True)
    for email in ("ada@example.org", "bob@example.org"):
        suppression.suppress(suppression.keys_of(email), signature=None)
    look, looks = unticking.ticked, []

    def looked(*args):
        looks.append(look(*args))
        moved(Signature.objects.get(pk=moved_since.pk), "new@example.org")
        return looks[-1]

    monkeypatch.setattr(unticking, "ticked", looked)
    unticking.untick()

    assert set(looks[0]) == {ada.pk, moved_since.pk}
    assert set(Signature.objects.filter(updates=True)) == {moved_since}


def test_a_link_of_another_purpose_or_a_broken_one_unsubscribes_nobody(client):
    ada = make_signature(make_petition(), updates=True)
    links = [ada.token("manage"), ada.token("unsubscribe"), "test", "x" * 98]

    answers = [client.post(f"/signatures/unsubscribe/{token}/") for token in links]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert not SuppressedMailbox.objects.exists()


def test_the_link_in_an_email_to_the_old_address_says_that_the_new_one_goes_on(client):
    river = make_petition()
    ada = make_signature(river, email="old@example.org", updates=True)
    path = path_of(make_mail(make_mailing(river), ada))
    before = links.read(path.split("/")[-2])
    moved(ada, "new@example.org")

    pages = [client.get(path), client.post(path), client.get(path)]
    unsubscribing.unsubscribe(before)  # as a POST that arrived in the moment of the change

    unticking.untick()
    assert audience.people(make_mailing(river)) == [ada.pk]
    texts = [page.content.decode() for page in pages]
    assert all("use the link in an email that came there" in text for text in texts)
    assert ["You are unsubscribed" in text for text in texts] == [False, True, True]


def test_a_new_address_that_has_unsubscribed_stays_without_news_and_the_page_says_so(client):
    river, forest = make_petition(), make_petition(slug="forest")
    ada = make_signature(river, email="home@example.org", updates=True)
    also = make_signature(forest, email="work@example.org", updates=True)
    client.post(path_of(make_mail(make_mailing(forest), also)))
    changing_emails.ask(ada, email="work@example.org")
    new = NewEmail.objects.get(signature=ada)

    link = reverse("email", args=[tokens.make("email", ada.pk, bytes(new.key))])
    page = client.get(press(client, link)["Location"]).content.decode()

    unticking.AskedAnew().forget()
    ada.refresh_from_db()
    assert (ada.email, ada.updates) == ("work@example.org", False)
    assert "so the box for news by email is no longer ticked" in page
    assert suppression.of("work@example.org")
    assert audience.people(make_mailing(river, forest)) == []
    path = reverse("manage", args=[ada.token("manage")])
    client.post(path, {"name": "Ada Lovelace", "updates": "on", "initial-updates": "False"})
    assert audience.people(make_mailing(river, forest)) == [ada.pk]


def test_who_saves_the_tick_gets_news_again_although_emails_came_back(client):
    river = make_petition()
    ada = make_signature(river, updates=True)
    reason = suppression.Reason.BOUNCED
    suppression.suppress(suppression.keys_of(ada.email), signature=ada, reason=reason)

    client.post(
        reverse("manage", args=[ada.token("manage")]), {"name": "Ada Lovelace", "updates": "on"}
    )

    assert audience.people(make_mailing(river)) == [ada.pk]


def test_the_page_of_a_signer_whose_emails_are_stopped_says_so(client):
    ada = make_signature(make_petition(), updates=True)
    path = reverse("manage", args=[ada.token("manage")])
    before = client.get(path).content.decode()
    assisting.stop_mail(ada)

    said = "We have stopped all emails about this petition to your email address"

    assert said not in before
    assert said in client.get(path).content.decode()
