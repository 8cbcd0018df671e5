"""A phone number is parsed leniently, and stored only with its own consent."""

import pytest
from django.core.exceptions import ValidationError

from campaigns.models import Petition, Signature
from campaigns.privacy import own_page
from campaigns.signing.phones import international
from tests.campaigns.public.test_manage import link
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

TYPED = {"name": "Ada Lovelace", "email": "ada@example.org", "consent": "on"}


def sign(client, petition, **more):
    data = {**TYPED, "version": petition.version.pk, **more}
    return client.post(petition.url_path("sign"), data)


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("+254 20 123456", "", "+254 20 123456"),
        ("0049 (30) 901820", "", "+49 30 901820"),
        ("030/901820", "DE", "+49 30 901820"),
        ("030 901820", "", "030 901820"),
        ("020 7946 0018", "GB", "+44 20 7946 0018"),
        ("+44 20 7946 0018", "KE", "+44 20 7946 0018"),
        ("٠١٠٠ ١٢٣ ٤٥٦٧", "EG", "+20 10 01234567"),
    ],
)
def test_a_number_is_stored_as_it_is_dialled_from_abroad(typed, country, stored):
    assert international(typed, country) == stored


@pytest.mark.parametrize(
    "typed",
    ["12", "call me", "+", "+99912345678", "555-CALL-NOW", "+1" * 10, "1" * 30, "=1+12345678"],
)
def test_what_cannot_be_a_number_is_refused(typed):
    with pytest.raises(ValidationError):
        international(typed, "DE")


def test_without_the_tick_no_number_is_stored_and_both_ways_out_are_said(client):
    petition = make_petition(asks_phone=True)

    response = sign(client, petition, phone="+254 20 123456")

    page = response.content.decode()
    assert response.status_code == 422
    assert "Please tick this box if we may call you, or leave the phone number empty." in page
    assert 'value="+254 20 123456"' in page
    assert not Signature.objects.exists()


def test_with_the_tick_it_is_stored_and_the_tick_is_none_of_the_others(client):
    petition = make_petition(asks_phone=True)

    page = client.get(petition.get_absolute_url()).content.decode()
    sign(client, petition, phone="020 123456", phone_consent="on", country="KE")

    assert "You may call me, or write to my phone, about this campaign." in page
    signature = Signature.objects.get()
    assert (signature.phone, signature.updates) == ("+254 20 123456", False)
    assert "You may call me" in signature.version.parts["phone_label"]


def test_the_words_of_the_consent_are_the_editors(client):
    petition = make_petition(asks_phone=True, phone_label="Ring me about the dam.")

    page = client.get(petition.get_absolute_url()).content.decode()

    assert "Ring me about the dam." in page
    assert petition.version.parts["phone_label"] == "Ring me about the dam."


@pytest.mark.parametrize("asks", [{}, {"phone_consent": "on"}])
def test_no_number_is_no_mistake(client, asks):
    petition = make_petition(asks_phone=True)

    assert sign(client, petition, phone=" ", **asks).status_code == 303
    signature = Signature.objects.get()
    assert signature.phone is None
    assert "Phone" not in dict(own_page.answers(signature, but=("name",)))


def test_a_petition_that_does_not_ask_stores_none(client):
    petition = make_petition()

    answer = sign(client, petition, phone="+254 20 123456", phone_consent="on")
    sign(client, petition)

    assert "no longer asks for all that you typed" in answer.content.decode()
    assert Signature.objects.get().phone is None


def test_unticking_deletes_the_number(client):
    signature = make_signature(make_petition(asks_phone=True), phone="+254 20 123456")
    page = client.get(link(signature)).content.decode()
    data = {"name": "Ada Lovelace", "phone": "+254 20 123456"}

    kept = client.post(link(signature), {**data, "phone_consent": "on"})
    before = Signature.objects.get().phone
    client.post(link(signature), data)

    assert kept.status_code == 303
    assert "Without the tick, the number is deleted." in page
    assert (before, Signature.objects.get().phone) == ("+254 20 123456", None)


def test_a_number_that_is_added_later_needs_the_tick_too(client):
    signature = make_signature(make_petition(asks_phone=True))
    data = {"name": "Ada Lovelace", "phone": "+254 20 123456"}

    refused = client.post(link(signature), data)
    client.post(link(signature), {**data, "phone_consent": "on"})

    assert refused.status_code == 422
    assert Signature.objects.get().phone == "+254 20 123456"


def test_none_is_added_under_a_version_that_did_not_ask_and_the_words_agreed_to_stay(client):
    """The signer's version proves which consent belongs to the number."""
    petition = make_petition(asks_phone=True, phone_label="Ring me about the dam.")
    called = make_signature(petition, phone="+254 20 123456")
    never = make_signature(make_petition(slug="other"))
    Petition.objects.update(asks_phone=True, phone_label="Sell me things.")

    page = client.get(link(called)).content.decode()
    data = {"name": "Ada King", "phone": "+254 20 654321", "phone_consent": "on"}
    client.post(link(never), data)

    never.refresh_from_db()
    assert "Ring me about the dam." in page
    assert "Sell me things." not in page
    assert (never.name, never.phone) == ("Ada King", None)


def test_a_form_without_the_number_leaves_it(client):
    signature = make_signature(make_petition(asks_phone=True), phone="+254 20 123456")

    client.post(link(signature), {"name": "Ada King"})

    assert Signature.objects.values_list("name", "phone").get() == ("Ada King", "+254 20 123456")
