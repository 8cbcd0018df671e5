"""A signer downloads the data that their own page shows."""

import json

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import PageViewRestriction

from campaigns.finding.notes import SignatureNote
from campaigns.forwarding.forwarded import Forwarded
from campaigns.models import HandConfirmation, OutgoingMail, Signature
from campaigns.privacy import access_report
from campaigns.signatures.column_types import ShownIn
from campaigns.signatures.columns import COLUMNS
from tests.campaigns.imports import test_importing as lists
from tests.campaigns.public.test_manage import link, read
from tests.factories import make_campaign, make_decision, make_petition, make_signature

pytestmark = pytest.mark.django_db


def download(client, signature):
    response = client.get(link(signature) + "download/")
    assert response.status_code == 200
    return json.loads(response.content)


def test_the_page_leads_to_a_file_with_all_that_it_shows(client, django_user_model):
    page = make_campaign(title="The last free river")
    signature = make_signature(
        page.petition, country="RU", comment="Let it run – für alle.", updates=True, page=page
    )
    OutgoingMail.objects.create(
        signature=signature, kind="confirm", outcome="sent", due_at=timezone.now()
    )
    HandConfirmation.objects.create(
        signature=signature, reason="A letter", confirmed_by=django_user_model.objects.create()
    )

    page_of_signer = client.get(link(signature)).content.decode()
    response = client.get(link(signature) + "download/")
    found = json.loads(response.content)

    assert f'href="{link(signature)}download/"' in page_of_signer
    assert response["Content-Disposition"] == (
        'attachment; filename="signature-keep-the-river-free.json"'
    )
    assert (response["Cache-Control"], response["Referrer-Policy"], response["X-Robots-Tag"]) == (
        "private, no-store",
        "no-referrer",
        "noindex",
    )
    assert "für alle" in response.content.decode()
    assert (found["name"], found["email"], found["country"], found["updates"]) == (
        "Ada Lovelace",
        "ada@example.org",
        "RU",
        True,
    )
    assert found["page"]["title"] == "The last free river"
    assert found["version"]["consent"] == page.petition.consent
    assert [mail["kind"] for mail in found["mails"]] == ["confirm"]
    assert found["confirmed_by_hand"].keys() == {"reason", "confirmed_at"}


def test_it_holds_each_column_of_the_page_and_none_of_the_checks(client):
    found = download(client, make_signature(make_petition()))

    shown = {
        field.name
        for field, column in COLUMNS
        if column.form_field or ShownIn.OWN_PAGE in column.shown_in
    }
    others = {"number", "petition", "replies", "version", "confirmed_by_hand", "mails"} | {
        *("new_email", "imported", "stored_until"),
    }
    assert found.keys() == shown | others


def test_who_signed_on_paper_sees_what_they_agreed_to_and_the_row_and_the_sheet(client):
    petition = make_petition()
    lists.bring_in(lists.upload(petition, [["Ida", "ida@example.org", "", "7", ""]]))
    signature = Signature.objects.get()
    consent, day = "I agree that my name is handed over.", date_format(timezone.localdate())

    text = read(client, signature)
    found = download(client, signature)["imported"]

    assert f"What you agreed to {consent}" in text
    assert f"Date of import {day} Row of the list 2 Sheet 7" in text
    assert "Typed by the office" not in text
    assert {name: found[name] for name in ("row", "sheet", "consent")} == {
        **{"row": 2, "sheet": "7", "consent": consent},
    }
    assert found.keys() == {"imported_at", "row", "sheet", "consent"}


def test_it_is_the_same_for_signers_who_are_quarantined(client):
    petition = make_petition()
    signature = make_signature(petition, moderation="quarantined", moderation_reason="burst")
    make_decision(signature, reason="looks forged")
    OutgoingMail.objects.create(
        signature=signature, kind="confirm", outcome="waiting", due_at=timezone.now()
    )

    text = client.get(link(signature) + "download/").content.decode()

    for word in ("quarantined", "burst", "forged", "waiting", "moderat", "invalidated"):
        assert word not in text
    assert json.loads(text)["mails"][0]["outcome"] == "owed"


def test_notes_and_recipients_are_given_on_request_alone_and_the_page_says_so(client):
    petition = make_petition(targets=[("target", {"name": "Jane Doe", "role": ""})])
    signature = make_signature(petition)
    SignatureNote.objects.create(signature=signature, text="Called twice")
    Forwarded.objects.create(
        signature=signature, tally=petition.tally, target=petition.targets[0].id
    )

    (row,) = access_report.export("ada@example.org")["signatures"]
    shown = [
        read(client, signature).split("The petition as it stood")[0],
        json.dumps({**download(client, signature), "version": None}),
    ]

    for given in (row["notes"][0]["note"], row["forwarded"][0]["target"]):
        assert given in ("Called twice", "Jane Doe")
        assert [given in each for each in shown] == [False, False]
    assert "the notes of our team, or to whom your signature was passed on" in shown[0]


def test_the_title_of_a_page_that_is_not_public_is_not_told(client):
    page = make_campaign(title="Secret plan")
    signature = make_signature(page.petition, page=page)
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert download(client, signature)["page"] is None


def test_only_the_link_to_manage_opens_it(client):
    signature = make_signature(make_petition())
    wrong = signature.token("withdraw")

    assert client.get(f"/signatures/manage/{wrong}/download/").status_code == 400
    assert client.post(link(signature) + "download/").status_code == 405
