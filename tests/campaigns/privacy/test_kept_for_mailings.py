"""Signers who want to be informed may get mailings for as long as their version says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from campaigns.exports.shapes import HANDOVER, MAILING
from campaigns.mail.outbox import StoppedMailbox
from campaigns.mailings import audience, suppression
from campaigns.mailings.opted_in import OPTED_IN
from campaigns.models import NewEmail, Petition, Signature, Version
from campaigns.petitions import immediate_actions
from campaigns.privacy import own_copy, own_page, retention, retention_ends
from campaigns.signatures import tokens
from campaigns.signatures.columns import FOR_MAILINGS, NOT_FOR_MAILINGS
from campaigns.signatures.email_keys import email_key
from campaigns.signatures.question_answers import grouped
from campaigns.signing import changing_emails
from campaigns.signing.forms import CorrectForm
from campaigns.sync import hearing
from campaigns.sync.receiver import Receiver
from tests.campaigns.public.test_manage import link
from tests.campaigns.signing.test_questions import QUESTIONS
from tests.factories import days_ago, make_ended, make_mail, make_petition, make_signature
from tests.new_emails import change_email

pytestmark = pytest.mark.django_db


def make_informed(**fields):
    """A signature whose petition ended 91 days ago, and allows mailings for another 200 days."""
    petition = make_ended(mailing_days=200, offers_updates=True)
    return make_signature(petition, **{"updates": True, "name": "Ada Lovelace"} | fields)


def left():
    return list(Signature.objects.exclude(name=None).values_list("name", flat=True))


def test_what_mailings_need_is_left_and_nothing_else():
    full = {"country": "RU", "postcode": "10115", "comment": "Let it run.", "phone": "+49 30 1"}
    shown = {"shown_as": "Ada L.", "shown_at": days_ago(100), "network_key": b"n" * 32}
    signature = make_informed(**full, **shown, moderation_reason="Ada told us")
    make_mail(signature)

    report = retention.run()

    row = Signature.objects.get()
    assert (report.anonymised, report.for_mailings) == (0, 1)
    assert (row.pk, row.name, row.email, row.country) == (
        signature.pk,
        "Ada Lovelace",
        signature.email,
        "RU",
    )
    assert [getattr(row, name) for name in NOT_FOR_MAILINGS] == [None] * len(NOT_FOR_MAILINGS)
    assert (row.state, row.updates, row.moderation_reason) == ("mailings", True, "")
    assert row.signed_at == timezone.localtime(row.signed_at).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    assert retention.run().for_mailings == 0


def test_they_read_the_day_and_no_time_that_was_made_up():
    signed = datetime(2026, 4, 1, 9, 40, tzinfo=UTC)
    make_informed(signed_at=signed, confirmed_at=signed)
    retention.run()
    row = Signature.objects.get()

    page, copy = dict(own_page.details(row)), own_copy.own_copy(row)

    assert [page[label] for label in ("Signed", "Confirmed")] == ["1 April 2026"] * 2
    assert [copy[name] for name in ("signed_at", "confirmed_at")] == [signed.date()] * 2


def test_mailings_reach_them_and_nothing_is_handed_over():
    signature = make_informed()
    retention.run()

    found = Signature.objects.all()
    assert list(audience.still_reached([signature.pk])) == [signature.pk]
    assert [shape.narrowed(found).count() for shape in (HANDOVER, MAILING)] == [0, 1]
    assert [
        Signature.objects.filter(hearing.receivable(Receiver(only_opted_in=only))).count()
        for only in (False, True)
    ] == [0, 1]


def test_after_the_further_days_nothing_is_left():
    make_informed()
    retention.run()
    Petition.objects.update(closes_at=days_ago(291))

    assert retention.run().anonymised == 1
    assert (left(), Signature.objects.get().state) == ([], "anonymised")


@pytest.mark.parametrize("has_passed", [False, True], ids=["before", "after"])
def test_who_unsubscribes_is_anonymised_like_everybody(has_passed):
    signature = make_informed()
    if has_passed:
        retention.run()
    suppression.suppress(suppression.keys_of(signature.email), signature=signature)

    report = retention.run()

    assert (report.anonymised, report.for_mailings, left()) == (1, 0, [])


def test_others_do_not_stay_for_mailings():
    petition = make_informed(name="informed").tally.petition
    for number, fields in enumerate(
        (
            {"updates": False},
            {"moderation": "quarantined"},
            {"channel": "paper", "version": None},
            {"name": "stopped"},
        )
    ):
        make_signature(
            petition, **{"updates": True, "email": f"{number}@example.org", "name": "x"} | fields
        )
    StoppedMailbox.objects.create(
        tally=petition.tally, email_key=email_key(petition.tally.pk, "3@example.org")
    )

    report = retention.run()

    assert (report.anonymised, report.for_mailings, left()) == (4, 1, ["informed"])
    # The wish for no more emails is stored for as long as there may be emails.
    assert StoppedMailbox.objects.exists()


def test_nobody_is_kept_longer_than_their_version_said():
    make_signature(make_ended(offers_updates=True), updates=True)
    Petition.objects.update(mailing_days=200)

    assert (retention.run().anonymised, left()) == (1, [])


def test_shorter_is_shorter_for_everybody():
    make_informed()
    retention.run()
    Petition.objects.update(mailing_days=0)

    assert (retention.run().anonymised, left()) == (1, [])


def test_a_hold_keeps_all_of_it():
    signature = make_informed(comment="Let it run.")
    immediate_actions.hold(signature.tally.petition, reason="A court asks.", by=None)

    assert not retention.run()
    assert Signature.objects.get().comment == "Let it run."


def test_the_database_lets_nothing_else_be_left():
    make_informed()
    retention.run()

    for name in NOT_FOR_MAILINGS:
        if Signature._meta.get_field(name).get_internal_type() != "CharField":
            continue
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.update(**{name: "x"})
    assert set(FOR_MAILINGS) & set(NOT_FOR_MAILINGS) == set()


@pytest.mark.parametrize("days", [-1, 1096])
def test_the_number_has_its_bounds(days):
    petition = make_petition(mailing_days=1095)
    petition.mailing_days = days

    with pytest.raises(ValidationError) as refused:
        petition.full_clean()

    assert "mailing_days" in refused.value.message_dict


def test_the_form_and_the_own_page_say_until_when(client):
    petition = make_petition(
        closes_at=timezone.now() + timedelta(days=1), mailing_days=200, offers_updates=True
    )
    signature = make_signature(petition, updates=True)

    form = client.get(petition.get_absolute_url()).text
    own = client.get(f"/signatures/manage/{signature.token('manage')}/").text

    until = "until 290 days after the petition has ended"
    assert until in form
    assert until in own
    assert retention_ends.mailings_end_at(signature) == petition.closes_at + timedelta(days=290)
    assert "to write to you:" in own


def test_answers_that_name_nobody_stay_when_the_name_is_corrected(client):
    petition = make_ended(mailing_days=200, offers_updates=True, questions=QUESTIONS)
    given = zip(petition.asked_questions, ("Baker", "Ash", True), strict=True)
    signature = make_signature(petition, updates=True, replies=grouped(list(given)))
    retention.run()
    kept = Signature.objects.get().replies

    answer = client.post(link(signature), {"name": "Ada King"})

    row = Signature.objects.get()
    assert answer.status_code == 303
    assert (row.name, row.replies) == ("Ada King", kept)
    assert True in row.replies["other"].values()


def test_staff_read_until_when(admin_client):
    petition = make_informed().tally.petition

    status = admin_client.get(f"/admin/snippets/campaigns/petition/edit/{petition.pk}/").text

    day = date_format(petition.tally.mailings_end_at)
    assert (
        f"name, email address, country and language of signers who want mailings, until {day}"
        in status
    )


def test_what_is_gone_cannot_be_typed_anew_by_its_signer():
    signature = make_informed(comment="Let it run.", shown_as="Ada L.")
    retention.run()
    signature.refresh_from_db()

    assert set(CorrectForm(signature).fields) <= {"name", "country", "updates"}


def test_the_command_foretells_it(capsys):
    make_informed()

    call_command("retention", dry_run=True)

    assert "0 to anonymise, 1 to leave for mailings" in capsys.readouterr().out


def test_who_has_proven_the_email_stays_for_mailings_whatever_the_setting_becomes():
    petition = make_ended(mailing_days=200, offers_updates=True)
    make_signature(petition, updates=True)
    make_signature(petition, email="stranger@example.org", updates=True, proven_at=None)
    Petition.objects.update(confirms_by_email=False)

    retention.run()

    kept = Signature.objects.filter(anonymised_at=None)
    assert [(each.email, each.state) for each in kept] == [("ada@example.org", "mailings")]


def test_the_email_can_still_be_changed():
    signature = make_informed(typed_digest=b"t" * 8)
    retention.run()
    changing_emails.ask(signature, email="new@example.org")
    new = NewEmail.objects.get()

    change_email(tokens.make("email", signature.pk, bytes(new.key)))

    row = Signature.objects.get()
    assert (row.email, row.state, row.typed_digest) == ("new@example.org", "mailings", None)


def test_a_hold_is_no_reason_to_write_to_anybody_after_the_day_that_they_were_promised():
    past, running = make_ended(days=95, mailing_days=10), make_ended(days=80, slug="running")
    endless = make_petition(slug="endless", closes_at=None)
    read = Version.objects.get(tally=past.tally)
    ways = {
        "in time": {"version": read},
        "fewer days": {"version": promising(read, retention_days=60)},
        "fewer for mailings": {"version": promising(read, mailing_days=4)},
        "of a list": {"version": None, "channel": "paper"},
    }
    for name, fields in ways.items():
        email = f"{name.replace(' ', '')}@example.org"
        make_signature(past, name=name, email=email, updates=True, **fields)
    make_signature(running, name="not over", updates=True)
    make_signature(endless, name="endless", updates=True)
    for petition in (past, running, endless):
        immediate_actions.hold(petition, reason="A court asks.", by=None)

    found = Signature.objects.filter(OPTED_IN).order_by("pk")

    assert [each.name for each in found] == ["in time", "not over", "endless"]


def promising(version: Version, **days: int) -> Version:
    """A version with other periods of retention."""
    parts = {**version.parts, **days}
    return Version.objects.create(
        tally=version.tally, locale=version.locale, parts=parts, digest=f"{days}"
    )
