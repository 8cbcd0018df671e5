"""A signer corrects what they typed, by a link from any email."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import caching
from campaigns.models import Petition, Signature
from campaigns.privacy import retention
from campaigns.signatures import tokens
from campaigns.signing import signing
from tests.campaigns.public.test_manage import link
from tests.factories import change_texts, make_petition, make_signature

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_the_name_and_the_wish_for_news_are_corrected(client):
    signature = make_signature(make_petition(), updates=True)

    response = client.post(link(signature), {"name": "  Ada  King "})

    assert (response.status_code, response["Location"]) == (
        303,
        f"{link(signature)}?saved=yes#correct",
    )
    row = Signature.objects.get()
    assert (row.name, row.updates) == ("Ada King", False)
    for told in ("<title>Saved. Thank you. ", 'tabindex="-1" data-answer', "js/errors.js"):
        assert told in client.get(response["Location"]).content.decode()


def test_correcting_changes_nothing_else(client):
    signature = make_signature(make_petition(), updates=True, comment="Let it run.")
    before = Signature.objects.values().get()

    client.post(
        link(signature),
        {
            "name": "Ida",
            "updates": "on",
            "email": "eve@example.org",
            "source": "poster",
            "moderation": "",
        },
    )

    assert Signature.objects.values().get() == before | {"name": "Ida"}


def test_a_name_is_moderated_as_on_the_petition_itself(client):
    signature = make_signature(make_petition())
    for name in (
        "",
        "   ",
        "12",
        "www.evil.com",
        "Ada @eve",
        "a" * 121,
        "A\x00b",
    ):
        response = client.post(link(signature), {"name": name, "updates": "on"})

        assert response.status_code == 422, name
        assert 'aria-invalid="true"' in response.content.decode(), name
        row = Signature.objects.get()
        assert (row.name, row.updates) == ("Ada Lovelace", False), name


def test_news_are_offered_only_where_the_petition_offers_them(client):
    signature = make_signature(make_petition(offers_updates=False))

    text = client.get(link(signature)).content.decode()
    client.post(link(signature), {"name": "Ada", "updates": "on"})

    assert 'name="updates"' not in text
    assert Signature.objects.get().updates is False


def test_who_was_promised_news_may_say_no_where_they_are_no_longer_offered(client):
    """GDPR, article 7(3): withdrawing consent must be as easy as giving it."""
    signature = make_signature(make_petition(offers_updates=False), updates=True)

    client.post(link(signature), {"name": "Ada"})

    assert Signature.objects.get().updates is False


def test_beside_the_tick_are_the_words_that_the_signer_agreed_to(client):
    """Who did not tick the earlier words cannot tick the later ones: no version holds them."""
    petition = make_petition(updates_label="Write to me about the river.")
    made = [make_signature(petition, email=f"{on}@example.org", updates=on) for on in (True, False)]
    change_texts(petition, updates_label="Write to me about all you do.")

    ticked, unticked = (client.get(link(each)).content.decode() for each in made)

    assert "Write to me about the river." in ticked.split('name="updates"')[1].split("</div>")[0]
    assert "Write to me about all you do." not in ticked
    assert 'name="updates"' not in unticked


def test_an_origin_that_says_nothing_can_still_correct(client):
    signature = make_signature(make_petition())

    response = client.post(link(signature), {"name": "Ida"}, headers={"Origin": "null"})

    assert response.status_code == 303


def test_what_cannot_be_read_gets_a_clear_answer(client):
    signature = make_signature(make_petition())
    for kind, body, status in (
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded; charset=utf-16", b"name=Ada", 415),
        ("multipart/form-data; boundary=x; charset=hex", b"--x--", 415),
        ("application/x-www-form-urlencoded", b"name=" + b"a" * 100_000, 413),
        ("application/x-www-form-urlencoded", b"name=%ff%fe", 422),
    ):
        response = client.generic("POST", link(signature), body, kind)

        found = (response.status_code, response["Referrer-Policy"])
        assert found == (status, "no-referrer"), (kind, body[:40])


def test_what_is_emptied_while_somebody_corrects_it_stays_empty(monkeypatch):
    petition = make_petition(closes_at=timezone.now() - 91 * DAY)
    signature = make_signature(petition)
    token = tokens.make("manage", signature.pk)
    found = signing.find("manage", token)
    retention.run()
    monkeypatch.setattr(signing, "find", lambda purpose, token: found)

    with pytest.raises(signing.BadLink):
        signing.correct(token, name="Ada")

    assert Signature.objects.get().name is None


# --- all that was typed, except the email address ---

ASKED = {"country_field": "required", "postcode_field": "required", "comment_field": "optional"}
TYPED = {"country": "FR", "postcode": "75001", "comment": "Let it run."}


def test_everything_that_was_typed_can_be_corrected(client):
    signature = make_signature(make_petition(**ASKED), **TYPED)

    text = client.get(link(signature)).content.decode()
    response = client.post(
        link(signature),
        {
            "name": "Ada King",
            "country": "DE",
            "postcode": "10115",
            "comment": "Let it be.\nPlease.",
        },
    )

    assert '<option value="FR" selected>' in text
    assert 'value="75001"' in text
    assert "Let it run.</textarea>" in text
    assert response.status_code == 303
    row = Signature.objects.get()
    assert (row.name, row.country.code, row.postcode, row.comment, row.email) == (
        "Ada King",
        "DE",
        "10115",
        "Let it be.\nPlease.",
        "ada@example.org",
    )


def test_mistakes_in_any_field_are_answered_beside_it_and_change_nothing(client):
    signature = make_signature(make_petition(**ASKED), **TYPED)
    before = Signature.objects.values().get()

    response = client.post(
        link(signature), {"name": "Ada", "country": "XX", "postcode": "", "comment": "a\x00"}
    )

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"country", "postcode", "comment"}
    assert Signature.objects.values().get() == before


def test_a_country_without_postcodes_needs_none(client):
    signature = make_signature(make_petition(**ASKED), **TYPED)

    client.post(link(signature), {"name": "Ada", "country": "AE", "postcode": "", "comment": ""})

    row = Signature.objects.get()
    assert (row.country.code, row.postcode, row.comment) == ("AE", None, None)


def test_what_is_no_longer_asked_can_still_be_deleted_by_who_gave_it(client):
    off = dict.fromkeys(ASKED, "off")
    given = make_signature(make_petition(**off), **TYPED)
    other = make_signature(Petition.objects.get(), email="b@example.org")

    offered = ['name="comment"' in client.get(link(who)).content.decode() for who in (given, other)]
    cleared = dict.fromkeys(TYPED, "")
    for who in (given, other):
        client.post(link(who), {"name": "Ada", **cleared, "comment": "" if who == given else "New"})

    assert offered == [True, False]
    rows = Signature.objects.values_list("country", "postcode", "comment")
    assert list(rows) == [(None, None, None)] * 2


def test_a_field_that_was_not_sent_stays(client):
    signature = make_signature(make_petition(**ASKED), **TYPED)

    client.post(link(signature), {"name": "Ada King"})

    assert Signature.objects.filter(name="Ada King", **TYPED).exists()


REQUIRED = [f"{name}_field" for name in ("country", "postcode", "comment", "affiliation")]


def test_what_is_required_only_since_the_signer_signed_holds_up_no_consent(client):
    signature = make_signature(make_petition(shows_signers=True), updates=True, shown_as="Ada L.")
    Petition.objects.update(**dict.fromkeys(REQUIRED, "required"))
    caching.clear()
    empty = {name.removesuffix("_field"): "" for name in REQUIRED}

    response = client.post(link(signature), {"name": "Ada Lovelace", **empty})

    signature.refresh_from_db()
    assert (response.status_code, signature.updates, signature.shown_as) == (303, False, None)
