"""What a signer sees by a link from any email, without an account."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns.mail import sending
from campaigns.models import OutgoingMail, Petition, Signature, Tally
from campaigns.privacy import retention
from campaigns.signatures import tokens
from tests.factories import (
    change_texts,
    make_campaign,
    make_petition,
    make_signature,
    make_translation,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def link(signature: Signature, purpose: str = "manage") -> str:
    return f"/signatures/{purpose}/{signature.token(purpose)}/"


def read(client: Client, signature: Signature) -> str:
    """The text of the page as people see it."""
    text = re.sub(r"<[^>]+>", " ", client.get(link(signature)).content.decode())
    return " ".join(text.split())


# --- seeing ---


def test_the_page_shows_all_that_was_kept_in_words(client):
    page = make_campaign(title="The last free river")
    signature = make_signature(
        page.petition,
        country="RU",
        postcode="101000",
        comment="Let it run.\nFor ever.",
        source="leaflet",
        page=page,
        network_key=b"n" * 32,
    )
    OutgoingMail.objects.create(
        signature=signature, kind="confirm", outcome="sent", due_at=timezone.now()
    )

    text = read(client, signature)

    for label, value in {
        "Email": "ada@example.org",
        "Language": "English",
        "How you signed": "Form",
        "On the page": "The last free river",
        "What led you here": "leaflet",
        "Your network": "We store only a key made from it",
        "Emails to you": "Please confirm: sent (",
        "Stored until": "90 days after the petition has ended",
    }.items():
        assert f"{label} {value}" in text
    for words in (page.petition.consent, "stop the dam", "Dear Minister,", page.petition.title):
        assert words in text
    form = client.get(link(signature)).content.decode()
    assert 'value="Ada Lovelace"' in form
    assert '<option value="RU" selected>' in form
    assert 'value="101000"' in form
    assert "Let it run.\nFor ever.</textarea>" in form


def test_what_was_not_given_is_not_there(client):
    text = read(client, make_signature(make_petition()))

    absent = ("Postcode", "Comment", "On the page", "What led you here", "Your network")
    assert [label for label in absent if label in text] == []
    assert "Emails to you No emails" in text


@pytest.mark.parametrize("hidden", ["unpublished", "private", "below a private page"])
def test_the_title_of_a_page_that_is_not_public_is_not_told(client, hidden):
    page = make_campaign(title="Secret plan")
    signature = make_signature(page.petition, page=page)
    assert "Secret plan" in read(client, signature)

    if hidden == "unpublished":
        page.unpublish()
    else:
        closed = page if hidden == "private" else page.get_parent()
        PageViewRestriction.objects.create(page=closed, restriction_type="login")

    assert "Secret plan" not in read(client, signature)


@pytest.mark.parametrize(
    ("petition", "tally", "signature", "expected"),
    [
        ({}, {}, {"confirmed_at": None}, "{deleted}, unless you confirm your signature"),
        ({"closes_at": timezone.now() - DAY}, {}, {"confirmed_at": None}, "{deleted} Download"),
        ({"closes_at": timezone.now() - DAY, "retention_days": 30}, {}, {}, "{anonymised}"),
        ({"retention_days": 1}, {}, {}, "1 day after the petition has ended"),
        (
            {"closes_at": timezone.now() - DAY},
            {"held_at": timezone.now(), "held_reason": "A court asks."},
            {},
            "No day is set",
        ),
    ],
    ids=["unconfirmed", "too late", "ended", "open", "held"],
)
def test_the_page_says_until_when(client, petition, tally, signature, expected):
    row = make_signature(make_petition(**petition), **signature)
    Tally.objects.update(**tally) if tally else None

    days = {
        "deleted": retention.deleted_on(row),
        "anonymised": retention.local_day(make_fresh(row).tally.data_ends_at),
    }
    said = {name: day and f"{day.day} {day:%B} {day.year}" for name, day in days.items()}
    assert f"Stored until {expected.format(**said)}" in read(client, row)


def make_fresh(signature: Signature) -> Petition:
    return Petition.objects.get(pk=signature.tally.petition_id)


def test_who_was_set_aside_sees_what_everybody_sees(client):
    petition = make_petition()
    moment = timezone.now()
    pages = []
    for moderation, reason in (("", ""), ("quarantined", "burst"), ("invalidated", "It is a fake")):
        Signature.objects.all().delete()
        signature = make_signature(
            petition,
            moderation=moderation,
            moderation_reason=reason,
            signed_at=moment,
            confirmed_at=moment,
        )
        body = client.get(link(signature)).content.decode()
        pages.append(re.sub(r"signatures/\w+/[^/]+/", "", body))

    assert len(set(pages)) == 1


def test_the_page_is_kept_by_nobody_told_to_nobody_and_found_by_nobody(client):
    response = client.get(link(make_signature(make_petition())))

    assert (
        response.status_code,
        response["Cache-Control"],
        response["Referrer-Policy"],
        response["X-Robots-Tag"],
        dict(response.cookies),
    ) == (200, "private, no-store", "no-referrer", "noindex", {})


def test_the_page_speaks_the_signers_language(client):
    signature = make_signature(make_petition(locale="fr"))

    response = client.get(link(signature))

    assert '<html lang="fr"' in response.content.decode()
    assert "Langue Français" in read(client, signature)


def test_the_changes_are_found_where_the_signers_translation_is_no_longer_public(client):
    petition = make_petition()
    translation = make_translation(petition, "fr")
    signature = make_signature(translation, language="fr")
    Petition.objects.filter(pk=translation.pk).update(live=False)
    change_texts(petition, ask="Stop the dam, and let the river run.")

    page = client.get(link(signature)).content.decode()

    (path,) = re.findall(r'href="([^"]+/changes/)"', page)
    assert client.get(path).status_code == 200


def test_looking_changes_nothing(client):
    signature = make_signature(make_petition(), confirmed_at=None)
    before = Signature.objects.values().get()

    statuses = [client.get(link(signature)).status_code, client.head(link(signature)).status_code]

    assert (statuses, Signature.objects.values().get()) == ([200, 200], before)


@pytest.mark.parametrize("mails", [1, 3])
def test_the_page_takes_a_fixed_number_of_queries(
    client, settings, django_assert_max_num_queries, mails
):
    settings.CACHE_SECONDS = 60
    page = make_campaign()
    signature = make_signature(page.petition, page=page)
    for _ in range(mails):
        OutgoingMail.objects.create(signature=signature, kind="already", due_at=timezone.now())
    client.get("/")

    with django_assert_max_num_queries(12):
        client.get(link(signature))


# --- the links ---


def test_every_mail_leads_to_the_page_and_to_withdrawing(client, smtp_server):
    petition = make_petition()
    kinds = ("confirm", "thanks", "already", "reminder")
    for number, kind in enumerate(kinds):
        pending = {"confirmed_at": None} if kind in ("confirm", "reminder") else {}
        signature = make_signature(petition, email=f"{number}@example.org", **pending)
        OutgoingMail.objects.create(signature=signature, kind=kind, due_at=timezone.now())

    sending.deliver(), sending.deliver()

    assert len(smtp_server.messages) == 4
    for message in smtp_server.messages:
        for form in ("plain", "html"):
            text = message.get_body((form,)).get_content()
            for purpose in ("manage", "withdraw"):
                (address,) = set(
                    re.findall(rf"http://testserver(/signatures/{purpose}/[^/]+/)", text)
                )
                assert client.get(address).status_code == 200


def test_a_hold_is_told_from_its_first_second_on(client):
    """This holds although petitions are cached for a few seconds."""
    signature = make_signature(make_petition(closes_at=timezone.now() - DAY))
    before = read(client, signature)
    Tally.objects.update(held_at=timezone.now(), held_reason="A court asks.")

    assert "No day is set" not in before
    assert "Stored until No day is set" in read(client, signature)


def test_each_link_opens_its_own_door_alone(client):
    signature = make_signature(make_petition(), confirmed_at=None)
    purposes = ("confirm", "manage", "withdraw")

    opened = {
        (door, key)
        for door in purposes
        for key in purposes
        if door != key
        for method in (client.get, client.post)
        if method(f"/signatures/{door}/{tokens.make(key, signature.pk)}/").status_code != 400
    }

    assert opened == set()
    assert Signature.objects.get().confirmed_at is None


def test_bad_cut_foreign_and_erased_links_get_one_kind_page(client):
    signature = make_signature(make_petition())
    good = tokens.make("manage", signature.pk)
    gone = make_signature(signature.petition, email="gone@example.org")
    gone_token = tokens.make("manage", gone.pk)
    gone.delete()
    bad = (good[:-3], good[3:], tokens.make("confirm", signature.pk), gone_token, "x", "ы" * 60)

    answers = [
        method(f"/signatures/manage/{token}/")
        for token in bad
        for method in (client.get, client.post)
    ]

    assert {(a.status_code, a.content, str(a.headers)) for a in answers} == {
        (400, answers[0].content, str(answers[0].headers))
    }


def test_from_the_page_the_signer_withdraws(client):
    signature = make_signature(make_petition())
    text = client.get(link(signature)).content.decode()
    (address,) = set(re.findall(r'href="(/signatures/withdraw/[^"]+)"', text))

    asked, done = client.get(address), client.post(address)

    assert (asked.status_code, done.status_code) == (200, 200)
    assert not Signature.objects.exists()
    assert client.get(link(signature)).status_code == 400
