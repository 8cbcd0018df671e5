"""Organisations of signers: a field of the form, and a list apart from the people."""

import pytest

from campaigns.models import Signature
from campaigns.signatures import public_signers
from campaigns.signatures.public_signers import BATCH
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

NAMES = {"shows_signers": True, "affiliation_field": "optional"}


def sign_all(petition, *affiliations, **fields):
    for number, affiliation in enumerate(affiliations):
        make_signature(
            petition,
            email=f"{affiliation}{number}@example.org",
            affiliation=affiliation,
            **{"shown_as": "Ada L.", **fields},
        )


def sign(client, petition, **more):
    data = {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "consent": "on",
        "version": petition.version.pk,
        **more,
    }
    return client.post(petition.url_path("sign"), data)


def test_those_of_public_signers_are_listed_apart_and_each_once(client):
    petition = make_petition(**NAMES)
    sign_all(petition, "River Club", "Anglers <b>", "river club", None, "Zoo")
    sign_all(petition, "Secret Service", shown_as=None)
    public_signers.show()

    page = client.get(petition.get_absolute_url()).content.decode()

    section = page.partition("signers-organisations")[2].partition("</ul>")[0]
    assert section.count("<li>") == 3
    assert section.index("Anglers &lt;b&gt;") < section.lower().index("river club")
    assert "Secret Service" not in page
    assert "Ada L.</bdi>, River" not in page


def test_an_organisation_stays_however_many_sign_without_one_after_it(monkeypatch):
    petition = make_petition(**NAMES)
    sign_all(petition, "River Club", *[None] * (BATCH - 1))
    public_signers.show()
    monkeypatch.setattr(public_signers, "LOOKED_AT", 1)
    for number in range(BATCH):
        make_signature(petition, email=f"later{number}@example.org", shown_as="Ida L.")

    public_signers.show()

    assert public_signers.organisations(petition) == ["River Club"]


def test_none_appears_before_five_appear_together():
    petition = make_petition(**NAMES)
    sign_all(petition, *["River Club"] * (BATCH - 1))

    public_signers.show()

    assert public_signers.organisations(petition) == []


@pytest.mark.parametrize(
    "changes", [{"shows_signers": False}, {"affiliation_field": "off"}, {"count_from": 100}]
)
def test_none_is_listed_where_none_is_asked_for_or_nobody_is_named(changes):
    petition = make_petition(**NAMES | changes)
    sign_all(petition, *["River Club"] * BATCH)
    Signature.objects.update(shown_at="2027-01-01T00:00Z")

    assert public_signers.organisations(petition) == []


def test_whoever_withdraws_the_consent_is_no_longer_listed(client):
    petition = make_petition(**NAMES)
    sign_all(petition, "River Club", *["Zoo"] * BATCH)
    public_signers.show()
    signature = Signature.objects.get(affiliation="River Club")

    before = public_signers.organisations(petition)
    client.post(f"/signatures/manage/{signature.token('manage')}/", {"name": "Ada"})

    assert before == ["River Club", "Zoo"]
    assert public_signers.organisations(petition) == ["Zoo"]


def test_the_signer_reads_before_and_after_that_it_is_shown(client):
    petition = make_petition(**NAMES)

    form = client.get(petition.get_absolute_url()).content.decode()
    sign(client, petition, affiliation=" River  Club ", is_shown="on")
    signature = Signature.objects.get()
    confirm = client.get(f"/signatures/confirm/{signature.token('confirm')}/").content.decode()

    sentence = "If you give an organisation, we list its name apart from the names of people."
    assert sentence in form
    assert sentence in signature.version.parts["shown_label"]
    assert signature.affiliation == "River Club"
    assert "\u2068Ada L.\u2069; in a list of its own: \u2068River Club\u2069" in confirm


def test_without_the_list_nothing_is_said_of_it(client):
    petition = make_petition(shows_signers=True)

    assert "apart from the names of people" not in petition.version.parts["shown_label"]


@pytest.mark.parametrize(
    "typed", ["", "123", "www.evil.com", "me@example.org", "a" * 121, "A\x07b"]
)
def test_a_required_organisation_is_asked_back_and_kept(client, typed):
    petition = make_petition(affiliation_field="required")

    response = sign(client, petition, affiliation=typed)

    page = response.content.decode()
    assert response.status_code == 422
    assert 'aria-invalid="true"' in page
    assert not typed or f'value="{typed}"' in page


@pytest.mark.parametrize("typed", ["Amnesty International", "350 Africa", "AT&T", "Союз рыбаков"])
def test_organisations_are_stored_as_they_are_written(client, typed):
    petition = make_petition(affiliation_field="required")

    assert sign(client, petition, affiliation=typed).status_code == 303
    assert Signature.objects.get().affiliation == typed


def test_no_more_than_fifty_are_listed():
    petition = make_petition(**NAMES)
    sign_all(petition, *[f"Club {number}" for number in range(60)])
    public_signers.show()

    assert len(public_signers.organisations(petition)) == 50
