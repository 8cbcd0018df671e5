"""A link confirms only what its signer saw: it is bound to what was typed."""

import re

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext

from campaigns.mail import composing, sending
from campaigns.models import OutgoingMail, Petition, Signature
from campaigns.signing import signing
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

ASKED = {"comment_field": "optional", "postcode_field": "optional", "country_field": "optional"}
HERS = {"country": "KE", "postcode": "00100", "comment": "Let it run.", "updates": False}
STRANGERS = {"country": "RU", "postcode": "666", "comment": "Build the dam!", "updates": True}


def sign(petition: Petition, **changes: object) -> None:
    values = {"name": "Ada Lovelace", "email": "ada@example.org", "version": petition.version.pk}
    signing.sign(petition, **(values | changes))


def link() -> str:
    """The link that the newest email would contain if it were sent now."""
    body = composing.compose(OutgoingMail.objects.latest("pk")).body
    (path,) = set(re.findall(r"http://testserver(/signatures/confirm/\S+)", body))
    return path


@pytest.mark.parametrize(
    "change",
    [
        {"comment": "Build the dam!"},
        {"postcode": "666"},
        {"country": "RU"},
        {"updates": True},
        {"name": "Somebody Else"},
        {"email": "ADA+tag@example.org"},
        {"is_shown": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_link_does_not_confirm_what_somebody_else_typed(client, change):
    petition = make_petition(**ASKED)
    sign(petition, **HERS)
    first = link()
    sign(petition, **(HERS | change))

    answers = [client.get(first), client.post(first)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert Signature.objects.get().confirmed_at is None
    for answer in answers:
        text = answer.content.decode()
        assert "There is a newer email" in text
        assert "<form method" not in text
        assert "Build the dam!" not in text


def test_after_three_mails_an_earlier_link_leads_to_the_newest_words(client, mailoutbox):
    petition = make_petition(**ASKED)
    sign(petition, **HERS)
    first = link()
    for _ in range(3):
        sign(petition, **HERS)
        sending.deliver()
    sign(petition, **(HERS | {"comment": "Let it run!"}))
    sending.deliver()

    replaced = client.get(first).content.decode()
    newest = re.search(r'class="button" href="(/signatures/confirm/[^"]+)"', replaced)[1]
    shown = client.get(newest).content.decode()
    answer = client.post(newest)

    assert len(mailoutbox) == 3
    assert "Let it run!" in shown
    assert answer.status_code == 303
    assert Signature.objects.get().confirmed_at


def test_the_newest_link_confirms_what_it_shows(client):
    petition = make_petition(**ASKED)
    sign(petition, **STRANGERS)
    sign(petition, **HERS)

    shown = client.get(link()).content.decode()
    answer = client.post(link())

    assert answer.status_code == 303
    row = Signature.objects.get()
    assert (row.comment, row.updates, row.confirmed_at is None) == ("Let it run.", False, False)
    assert "Let it run." in shown


def test_signing_again_with_the_same_words_leaves_earlier_links_as_they_are(client):
    petition = make_petition(**ASKED)
    sign(petition, **HERS)
    first = link()
    sign(petition, **STRANGERS)
    sign(petition, **HERS)

    assert client.post(first).status_code == 303
    assert Signature.objects.get().comment == "Let it run."


def test_an_old_version_of_the_letter_is_not_put_under_a_link(client):
    petition = make_petition()
    older = petition.version.pk
    petition.close = "Let it run!"
    petition.save_revision().publish()
    petition = Petition.objects.get(pk=petition.pk)
    sign(petition)
    first = link()
    sign(petition, version=older)

    assert client.post(first).status_code == 409


def test_what_is_replaced_between_looking_and_pressing_is_not_confirmed(client):
    petition = make_petition(**ASKED)
    sign(petition, **HERS)
    first = link()
    assert client.get(first).status_code == 200

    sign(petition, **STRANGERS)

    assert client.post(first).status_code == 409
    assert Signature.objects.get().confirmed_at is None


def test_a_mail_that_is_sent_after_signing_again_carries_the_newest_words(client, mailoutbox):
    petition = make_petition(**ASKED)
    sign(petition, **STRANGERS)
    sign(petition, **HERS)

    sending.deliver()

    links = {re.search(r"(/signatures/confirm/\S+)", mail.body)[1] for mail in mailoutbox}
    assert len(mailoutbox) == 2
    assert links == {link()}
    assert client.get(link()).status_code == 200


def test_the_page_shows_all_that_was_typed_before_it_is_confirmed(client):
    petition = make_petition(**ASKED, shows_signers=True)
    sign(petition, **STRANGERS, is_shown=True)

    page = client.get(link()).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())

    for words in (
        "Ada Lovelace",
        "Email ada@example.org",
        "Country Russia",
        "Postcode 666",
        "Comment Build the dam!",
        "Keep me informed Yes",
        "everybody can read: \u2068Ada L.\u2069, Russia",
    ):
        assert words in text


def test_the_page_says_that_a_box_was_left_empty(client):
    sign(make_petition(offers_updates=True))

    text = " ".join(re.sub(r"<[^>]+>", " ", client.get(link()).content.decode()).split())

    assert "Keep me informed No" in text
    assert "Comment" not in text


def test_a_consent_to_be_confirmed_is_called_in_every_language_as_it_is_elsewhere():
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            label = capfirst(Signature._meta.get_field("updates").verbose_name)
            assert label == gettext("Keep me informed"), code


def test_who_corrects_the_name_can_still_confirm(client):
    sign(make_petition())
    signing.correct(Signature.objects.get().token("manage"), name="Ada King")

    assert client.post(link()).status_code == 303
    assert Signature.objects.get().name == "Ada King"


def test_a_link_that_confirmed_once_still_leads_to_the_thanks(client):
    petition = make_petition(**ASKED)
    sign(petition, **HERS)
    first = link()
    client.post(first)

    sign(petition, **STRANGERS)

    assert client.post(first).status_code == 303
    assert Signature.objects.get().comment == "Let it run."
