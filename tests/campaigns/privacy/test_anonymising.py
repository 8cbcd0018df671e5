"""Signers of a petition that has ended are anonymised, and still counted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from campaigns.counting import counting
from campaigns.models import OutgoingMail, Petition, Signature, Tally
from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.privacy import retention
from campaigns.signatures import tokens
from campaigns.signatures.columns import PERSONAL
from campaigns.signatures.email_keys import email_key
from operations.backups import erasure_ledger
from operations.backups.erasure_ledger import Erasure
from tests.factories import (
    days_ago,
    make_campaign,
    make_ended,
    make_mail,
    make_petition,
    make_signature,
)

pytestmark = pytest.mark.django_db

DAY = 24 * 60 * 60 * 1000  # of the milliseconds with which an id begins


def test_anonymising_leaves_the_day_the_moderation_and_the_count_and_nothing_personal():
    petition = make_ended()
    full = {
        "country": "RU",
        "postcode": "10115",
        "comment": "Let it run.",
        "updates": True,
        "shown_as": "Ada L.",
        "shown_at": datetime(2026, 3, 5, 7, 20, tzinfo=UTC),
        "source": "leaflet",
        "page": make_campaign(petition),
        "framed_by": "news.example",
        "times_signed": 3,
        "network_key": b"n" * 32,
        "signed_at": datetime(2026, 3, 4, 22, 30, tzinfo=UTC),
        "confirmed_at": datetime(2026, 3, 5, 7, 15, tzinfo=UTC),
    }
    signature = make_signature(petition, **full)
    make_mail(signature)
    counting.recount()

    report = retention.run()

    row = Signature.objects.get()
    assert (report.anonymised, report.is_complete) == (1, True)
    assert [getattr(row, name) for name in PERSONAL] == [None] * len(PERSONAL)
    assert (row.signed_at, row.confirmed_at) == (
        datetime(2026, 3, 4, tzinfo=UTC),
        datetime(2026, 3, 5, tzinfo=UTC),
    )
    assert (row.state, row.country, row.language, row.channel, row.source, row.updates) == (
        "anonymised",
        "RU",
        "en",
        "form",
        "leaflet",
        False,
    )
    assert (row.page_id, row.framed_by, row.times_signed) == (full["page"].pk, "news.example", 3)
    assert row.version == petition.version
    assert OutgoingMail.objects.count() == 0
    assert (counting.recount(), Tally.objects.get().total) == ([], 1)


def test_the_number_of_an_emptied_one_tells_its_day_alone():
    signature = make_signature(
        make_ended(), signed_at=datetime(2026, 3, 4, 22, 30, tzinfo=UTC), confirmed_at=days_ago(95)
    )

    retention.run()

    number = Signature.objects.get().pk
    moment = datetime.fromtimestamp((number.int >> 80) / 1000, UTC)
    assert number != signature.pk
    assert (number.version, number.variant) == (7, signature.pk.variant)
    assert moment == datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Europe/Berlin"])
def test_the_day_is_the_one_on_the_clock_of_the_site(zone, settings):
    settings.TIME_ZONE = zone
    signed = datetime(2026, 3, 4, 22, 30, tzinfo=ZoneInfo(zone))
    make_signature(make_ended(), signed_at=signed, confirmed_at=signed + timedelta(hours=3))

    retention.run()

    row = Signature.objects.get()
    shown = [timezone.localtime(moment) for moment in (row.signed_at, row.confirmed_at)]
    assert [f"{moment:%F %T}" for moment in shown] == ["2026-03-04 00:00:00", "2026-03-05 00:00:00"]
    assert datetime.fromtimestamp((row.pk.int >> 80) / 1000, UTC) == row.signed_at


def test_a_moderation_stays_and_what_staff_typed_about_it_goes():
    petition = make_ended()
    for name, moderation, reason in (
        ("a", "", ""),
        ("b", "quarantined", "burst"),
        ("c", "invalidated", "This is not Ada: she told us so"),
    ):
        make_signature(
            petition, email=f"{name}@example.org", moderation=moderation, moderation_reason=reason
        )
    counting.recount()

    retention.run()

    rows = Signature.objects.order_by("moderation").values_list("moderation", "moderation_reason")
    assert list(rows) == [("", ""), ("invalidated", ""), ("quarantined", "burst")]
    assert (counting.recount(), Tally.objects.get().total) == ([], 1)


def test_what_staff_decided_does_not_hinder_and_its_words_go():
    signature = make_signature(make_ended(), moderation="invalidated", moderation_reason="Not Ada")
    decision = Decision.objects.create(moderation="invalidated", reason="Not Ada")
    ModeratedSignature.objects.create(decision=decision, signature=signature)

    retention.run()

    assert (Signature.objects.get().moderation, ModeratedSignature.objects.count()) == (
        "invalidated",
        0,
    )
    assert Decision.objects.get().reason == ""


@pytest.mark.parametrize(
    ("closed", "won", "expected"),
    [
        (91, None, 1),
        (89, None, 0),
        (None, 91, 1),
        (None, 89, 0),
        (10, 91, 1),
        (91, 10, 1),
        (-10, 91, 1),
        (None, None, 0),
    ],
)
def test_the_clock_runs_from_closing_or_winning_whichever_was_first(closed, won, expected):
    petition = make_petition(
        closes_at=None if closed is None else days_ago(closed), retention_days=90
    )
    make_signature(petition, signed_at=days_ago(300), confirmed_at=days_ago(300))
    Tally.objects.update(won_at=None if won is None else days_ago(won))

    assert retention.run().anonymised == expected


def test_the_rules_are_the_originals_in_every_language():
    original = make_ended()
    copy = original.copy_for_translation(make_petition(title="X", locale="fr").locale)
    copy.closes_at, copy.retention_days = None, 300
    copy.save()
    make_signature(original)

    assert copy.tally.data_ends_at == original.tally.data_ends_at
    assert retention.run().anonymised == 1


def test_what_is_held_is_emptied_when_it_is_let_go():
    make_signature(make_ended())
    Tally.objects.update(held_at=timezone.now(), held_reason="A court asks.")

    held = retention.run().anonymised
    Tally.objects.update(held_at=None, held_reason="")

    assert (held, retention.run().anonymised) == (0, 1)


def restore(backup: list[dict]) -> None:
    """Bring back signatures from a backup in which their petition was still open."""
    Signature.objects.all().delete()
    Signature.objects.bulk_create(Signature(**row) for row in backup)
    Petition.objects.update(closes_at=None)
    erasure_ledger.replay(erasure_ledger.entries())


def test_after_a_restore_they_are_anonymised_again_although_their_petition_is_open_there():
    petition = make_ended()
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org")
    backup = list(Signature.objects.values())
    retention.run()
    later = make_signature(petition, id=UUID(int=Signature.objects.first().pk.int + (DAY << 80)))
    backup += Signature.objects.filter(pk=later.pk).values()  # once it was open again

    restore(backup)

    assert Erasure.objects.count() == 1
    assert list(Signature.objects.exclude(name=None)) == [later]


def test_after_a_restore_only_mailings_bring_anybody_back():
    petition = make_ended(mailing_days=200, offers_updates=True)
    for name in ("wants", "unticks early", "unticks late", "never wanted"):
        email, updates = f"{name.replace(' ', '')}@example.org", name != "never wanted"
        make_signature(petition, email=email, name=name, updates=updates, postcode="10115")
    backup = list(Signature.objects.values())
    for name in ("unticks early", "unticks late"):
        Signature.objects.filter(name=name).update(updates=False)
        retention.run()

    restore(backup)

    left = Signature.objects.exclude(name=None).order_by("pk").values_list("name", "postcode")
    assert list(left) == [("wants", None), ("unticks early", None)]


def test_after_a_restore_nobody_is_back_whom_mailings_need_no_longer():
    petition = make_ended(days=300, mailing_days=200, offers_updates=True)
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org", updates=True)
    backup = list(Signature.objects.values())
    retention.run()

    restore(backup)

    assert Erasure.objects.count() == 1
    assert not Signature.objects.exclude(name=None).exists()


def test_others_are_left_alone():
    ended, open_one = make_ended(), make_petition(title="Open")
    for number in range(3):
        make_signature(ended, email=f"{number}@example.org")
        make_signature(open_one, email=f"{number}@example.org")
    others = Signature.objects.filter(tally=open_one.tally).order_by("pk")
    before = list(others.values())

    first, second = retention.run(), retention.run()

    assert (first.anonymised, bool(second)) == (3, False)
    assert list(others.values()) == before


def test_a_link_in_an_old_mail_opens_nothing_any_more(client):
    signature = make_signature(make_ended())
    address = f"/signatures/manage/{tokens.make('manage', signature.pk)}/"

    before = client.get(address).status_code
    retention.run()
    Petition.objects.update(closes_at=None)  # reopening the petition brings nothing back
    retention.run()

    assert (before, client.get(address).status_code) == (200, 400)
    row = Signature.objects.get()
    assert [getattr(row, name) for name in PERSONAL] == [None] * len(PERSONAL)


def test_a_signature_from_paper_is_emptied_too():
    petition = make_ended()
    make_signature(petition)
    nothing = {"email": None, "email_key": None, "version": None}
    Signature.objects.update(channel="paper", **nothing)

    assert retention.run().anonymised == 1


def test_the_key_of_an_email_is_gone_so_that_nobody_can_ask_whether_it_signed():
    petition = make_ended()
    make_signature(petition)

    retention.run()

    key = email_key(petition.tally.pk, "ada@example.org")
    assert not Signature.objects.filter(email_key=key).exists()
