"""The email of thanks: once to each signer, with ways to do more."""

import re

import pytest
from django.utils import timezone

from campaigns.mail import composing, sending
from campaigns.models import CampaignPage, OutgoingMail, Petition, StoppedMailbox, Tally
from campaigns.signing import signing
from tests.campaigns.signing.test_signing import sign
from tests.campaigns.signing.test_signing_at_once import at_once
from tests.factories import make_campaign, make_mail, make_petition, make_signature

pytestmark = pytest.mark.django_db

THANKS = OutgoingMail.Kind.THANKS


def confirmed(petition: Petition, **fields: object):
    """A signature that its signer has just confirmed."""
    signature = make_signature(petition, confirmed_at=None, **fields)
    signing.confirm(signature.token("confirm"))
    signature.refresh_from_db()
    return signature


def subjects(smtp_server) -> list[str]:
    sending.deliver()
    return [message["Subject"] for message in smtp_server.messages]


def test_who_confirms_twice_is_thanked_once(smtp_server):
    signature = confirmed(make_petition())
    signing.confirm(signature.token("confirm"))

    assert subjects(smtp_server) == ["Thank you for signing: Keep the river free"]
    signing.confirm(signature.token("confirm"))
    assert subjects(smtp_server) == ["Thank you for signing: Keep the river free"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_32_signatures_at_once_of_one_mailbox_without_confirmation_are_thanked_once():
    petition = make_petition(confirms_by_email=False)

    at_once(lambda number: sign(petition), 32)

    assert OutgoingMail.objects.filter(kind=THANKS).count() == 1


def test_a_petition_may_send_none():
    confirmed(make_petition(sends_thanks=False))

    assert not OutgoingMail.objects.exists()


def test_who_signed_so_often_that_no_more_mail_goes_out_is_thanked_all_the_same(smtp_server):
    petition = make_petition()
    signature = make_signature(petition, confirmed_at=None)
    for _ in range(3):
        make_mail(signature)

    signing.confirm(signature.token("confirm"))

    assert subjects(smtp_server) == ["Thank you for signing: Keep the river free"]


def test_a_stranger_cannot_make_us_thank_a_mailbox_without_end(smtp_server):
    petitions = [make_petition(slug=f"p{n}", confirms_by_email=False) for n in range(7)]
    for petition in petitions:
        sign(petition)

    assert len(subjects(smtp_server)) == 5


def test_whoever_wants_no_mail_gets_none(smtp_server):
    petition = make_petition()
    signature = confirmed(petition)
    StoppedMailbox.objects.create(tally=petition.tally, email_key=signature.email_key)

    assert subjects(smtp_server) == []


def test_a_quarantined_signer_gets_what_everybody_gets(smtp_server):
    confirmed(make_petition(), moderation="quarantined", moderation_reason="listed")

    assert subjects(smtp_server) == ["Thank you for signing: Keep the river free"]


def test_it_leads_on_and_says_nothing_that_the_signer_typed():
    page = make_campaign(make_petition(thanks_mail_text="We meet in May."))
    newer = make_campaign(page.petition, title="A second story")
    other = make_campaign(make_petition(slug="other", title="Spare the forest"), slug="other")
    signature = confirmed(
        page.petition, name="Buy It Now", comment="C0mment", postcode="C0DE", page_id=page.pk
    )

    message = composing.compose(OutgoingMail.objects.get())

    html = message.alternatives[0].content
    everything = message.subject + message.body + html
    assert not [word for word in ("Buy", "C0mment", "C0DE") if word in everything]
    for text in (message.body, html):
        assert "We meet in May." in text
        assert page.canonical_url in text
        assert newer.canonical_url not in text
        assert f"{other.canonical_url}?source=thanks-mail" in text
        assert composing.link("manage", signature) in text
        assert composing.link("withdraw", signature) in text
        assert page.petition.url_path("thanks") in text


@pytest.mark.parametrize(
    ("came_by", "shared", "carried"),
    [
        ("", "", ""),
        ("poster", "", "?source=poster"),
        ("whatsapp", "-2", "?source=whatsapp"),
        ("link-2", "-3", "?source=link-2"),
        ("mail-9", "-9", "?source=mail-9"),
        ("whatsapp-23", "", "?source=whatsapp-23"),
        ("newsletter/whatsapp", "", "?source=newsletter/whatsapp"),
    ],
)
def test_a_share_from_the_mail_counts_as_a_channel_and_how_often_it_was_passed_on(
    came_by, shared, carried
):
    page = make_campaign()
    confirmed(page.petition, source=came_by, page_id=page.pk)

    message = composing.compose(OutgoingMail.objects.get())

    html = message.alternatives[0].content
    for key in ("mail", "whatsapp", "telegram", "bluesky", "mastodon", "x", "facebook"):
        assert re.search(rf"source%3D{key}{shared}(?![\w-])", html)
    for text in (message.body, html):
        assert re.search(rf"{page.canonical_url}\?source=link{shared}(?![\w-])", text)
        assert re.search(rf"{page.petition.url_path('thanks')}{re.escape(carried)}(?![\w?-])", text)


def test_the_next_step_is_what_the_editors_call_to():
    call = {"text": "Letters need stamps.", "label": "Donate", "page": None}
    call |= {"url": "https://donate.example/?from={source}", "is_quiet": False}
    page = make_campaign(make_petition(thanks_blocks=[("call_to_action", call)]))
    make_campaign(make_petition(slug="other"), slug="other")
    confirmed(page.petition)

    message = composing.compose(OutgoingMail.objects.get())

    for text in (message.body, message.alternatives[0].content):
        assert "Letters need stamps." in text
        assert "https://donate.example/?from=thanks-mail" in text
    assert CampaignPage.objects.get(slug="other").canonical_url not in message.body


def test_once_the_petition_is_won_it_says_so_and_asks_for_nothing():
    page = make_campaign(make_petition(thanks_mail_text="Tell ten friends."))
    confirmed(page.petition)
    Tally.objects.update(won_at=timezone.now(), won_words="The dam is off.")

    message = composing.compose(OutgoingMail.objects.get())

    for text in (message.body, message.alternatives[0].content):
        assert "The petition has ended since you signed." in text
        assert "The dam is off." in text
        assert page.canonical_url in text
        assert not [word for word in ("ten friends", "Pass it on", "source%3D") if word in text]


def test_while_the_petition_is_paused_it_asks_nobody_to_sign():
    page = make_campaign(make_petition(thanks_mail_text="Tell ten friends."))
    confirmed(page.petition)
    Tally.objects.update(paused_at=timezone.now())

    message = composing.compose(OutgoingMail.objects.get())

    for text in (message.body, message.alternatives[0].content):
        assert "We are not collecting signatures at the moment." in text
        assert page.canonical_url in text
        assert not [word for word in ("ten friends", "add%20your%20name") if word in text]
    assert "Please%20read%20this" in message.alternatives[0].content


def test_without_a_story_the_petition_is_shared():
    petition = make_petition()
    confirmed(petition)

    assert petition.full_url in composing.compose(OutgoingMail.objects.get()).body


def test_without_confirmation_it_is_always_sent_and_the_form_says_so(client):
    petition = make_petition(confirms_by_email=False, sends_thanks=False)
    form = client.get(petition.url_path()).content.decode()
    sign(petition)

    mail = OutgoingMail.objects.get()
    assert "We will thank you by email, and tell you there how to withdraw." in form
    assert mail.kind == THANKS
    assert "/signatures/withdraw/" in composing.compose(mail).body
