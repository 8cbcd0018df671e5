"""Signers are told until when their data is retained, and it is retained no longer."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.models import Petition, Signature, Version
from campaigns.petitions import immediate_actions
from campaigns.petitions.signed_versions import changes
from campaigns.petitions.signed_versions.versions import KeptTooLong
from campaigns.privacy import anonymising, kept_for_mailings, retention, retention_ends
from tests.factories import days_ago, make_ended, make_home, make_petition, make_signature

pytestmark = pytest.mark.django_db


def promise(signature, days):
    """The version that a signer read, with other days than the petition's own."""
    version = signature.version
    other = Version.objects.create(
        tally=version.tally,
        locale=version.locale,
        parts=version.parts | {"retention_days": days},
        digest=f"{days}",
    )
    Signature.objects.filter(pk=signature.pk).update(version=other)


@pytest.mark.parametrize(
    ("promised", "ended", "expected"),
    [(30, 29, 0), (30, 31, 1), (90, 89, 0), (90, 91, 1), (200, 89, 0), (200, 91, 1)],
)
def test_data_is_retained_as_promised_and_no_longer(promised, ended, expected):
    signature = make_signature(make_ended(days=ended))
    promise(signature, promised)

    assert retention.run().anonymised == expected


def test_each_signature_ends_by_its_own_version():
    petition = make_ended(days=50)
    for number, days in enumerate((30, 60, 40)):
        promise(make_signature(petition, name=str(days), email=f"{number}@example.org"), days)

    retention.run()

    assert list(Signature.objects.values_list("name", flat=True).exclude(name=None)) == ["60"]


def test_a_signature_without_a_version_ends_by_the_petitions_days():
    petition = make_ended(days=91)
    make_signature(petition)
    Signature.objects.update(channel="paper", email=None, email_key=None, version=None)

    assert retention.run().anonymised == 1


def test_a_hold_comes_first():
    petition = make_ended(days=50)
    promise(make_signature(petition), 30)
    petition.tally.held_at, petition.tally.held_reason = timezone.now(), "A court asks."
    petition.tally.save()

    assert retention.run().anonymised == 0


@pytest.mark.parametrize("act", [anonymising.anonymise_due, kept_for_mailings.leave_due])
def test_a_hold_that_begins_once_a_batch_has_been_found_comes_first_too(act):
    petition = make_ended(mailing_days=200, offers_updates=True)
    held = make_signature(petition, updates=True, comment="Let it run.")
    other = make_signature(make_ended(slug="other"), comment="Let it run.")
    found = [held.pk, other.pk]
    immediate_actions.hold(petition, reason="A court asks.", by=None)

    done = act(found), act([held.pk])

    assert done == (1, 0)
    comments = Signature.objects.order_by("tally").values_list("comment", flat=True)
    assert list(comments) == ["Let it run.", None]


def test_the_signer_reads_the_day_that_was_promised():
    petition = make_petition(closes_at=timezone.now() - timedelta(days=1))
    signature = make_signature(petition)
    promise(signature, 30)
    signature = Signature.objects.get()

    assert retention_ends.data_ends_at(signature) == petition.closes_at + timedelta(days=30)
    assert retention_ends.days_for(signature) == 30


@pytest.mark.parametrize("name", ["petition", "framed_petition"])
def test_before_signing_the_form_says_for_how_many_days(client, name):
    make_home()
    sites = "https://example.org"
    promised = make_petition(retention_days=30, mailing_days=20, embed_sites=sites)
    held = make_petition(slug="held", embed_sites=sites)
    held.tally.held_at, held.tally.held_reason = timezone.now(), "A court asks."
    held.tally.save()

    pages = [client.get(each.url_path(name)).content.decode() for each in (promised, held)]

    days = "We remove your data {} days after the petition has ended."
    assert days.format(30) in pages[0]
    assert days.format(90) not in pages[1]
    assert "For the time being we are obliged to keep your data, so no day is set" in pages[1]
    assert ["we keep what is named there for longer." in page for page in pages] == [True, False]


# --- shorter, but not longer ---


def draft(petition, days):
    version = Petition.objects.get(pk=petition.pk)
    version.retention_days = days
    version.save_revision(clean=False)
    changes.explain(version, reason="We need it.")
    return version


def test_the_days_are_shortened_for_everybody_with_a_reason():
    petition = make_petition(closes_at=days_ago(50))
    make_signature(petition)

    draft(petition, 30)
    Petition.objects.get(pk=petition.pk).get_latest_revision().publish()

    assert retention.run().anonymised == 1


@pytest.mark.parametrize("by", ["revision", "save", "clean"])
def test_once_people_have_signed_the_days_are_not_lengthened(by):
    petition = make_petition()
    make_signature(petition)
    longer = draft(petition, 91)
    act = {
        "revision": Petition.objects.get(pk=petition.pk).get_latest_revision().publish,
        "save": longer.save,
        "clean": longer.full_clean,
    }[by]

    with pytest.raises(ValidationError) as refusal:
        act()

    assert "promised 90 days" in str(refusal.value)
    assert Petition.objects.get(pk=petition.pk).retention_days == 90


def test_nor_back_to_what_they_were():
    petition = make_petition()
    make_signature(petition)
    draft(petition, 30)
    Petition.objects.get(pk=petition.pk).get_latest_revision().publish()
    draft(petition, 90)

    with pytest.raises(KeptTooLong):
        Petition.objects.get(pk=petition.pk).get_latest_revision().publish()


def test_on_schedule_a_draft_that_lengthens_them_stays_a_draft():
    petition = make_petition()
    draft(petition, 91)
    make_signature(petition)
    revision = Petition.objects.get(pk=petition.pk).get_latest_revision()
    revision.approved_go_live_at = days_ago(1)
    revision.save()

    call_command("publish_scheduled")

    assert Petition.objects.get(pk=petition.pk).retention_days == 90


def test_while_nobody_has_signed_they_are_lengthened():
    petition = make_petition()
    draft(petition, 200)

    Petition.objects.get(pk=petition.pk).get_latest_revision().publish()

    assert Petition.objects.get(pk=petition.pk).retention_days == 200


@pytest.mark.parametrize("days", [0, 366])
def test_the_database_takes_1_to_365_days(days):
    petition = make_petition()

    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(retention_days=days)
