"""Rows leave the outbox after two days. The kind, day and outcome of the email remain."""

from datetime import UTC, datetime

import pytest
from django.db import connections
from django.utils import timezone

from campaigns.mail import sending, sent
from campaigns.models import OutgoingMail, Petition, Signature
from campaigns.privacy import access_report, own_page, retention
from campaigns.signing import assisting, signing
from tests.factories import days_ago, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db


def make_ended_mail(
    signature: Signature, *, days: float, kind: str = "confirm", outcome: str = "sent"
) -> OutgoingMail:
    moment = days_ago(days)
    return OutgoingMail.objects.create(
        signature=signature, kind=kind, outcome=outcome, due_at=moment, ended_at=moment
    )


def kept(signature: Signature) -> list[tuple[str, str]]:
    signature.refresh_from_db()
    return [(mail.kind, mail.outcome) for mail in sent.read(signature.sent_mails)]


def test_after_two_days_the_row_goes_and_its_kind_and_day_stay():
    signature = make_signature(make_petition())
    make_ended_mail(signature, days=2.2)
    make_ended_mail(signature, days=2.1, kind="thanks")

    report = retention.run()

    signature.refresh_from_db()
    day = timezone.localdate(days_ago(2.1))
    assert (report.mails, OutgoingMail.objects.count()) == (2, 0)
    assert list(sent.read(signature.sent_mails))[1] == sent.Gone("thanks", "sent", day)
    assert kept(signature) == [("confirm", "sent"), ("thanks", "sent")]


def test_what_is_read_is_what_the_database_packed():
    signature = make_signature(make_petition())
    others = [(kind, end) for kind in sent.KINDS if kind != "thanks" for end in sent.ENDS]
    for kind, outcome in others:
        make_ended_mail(signature, days=3, kind=kind, outcome=outcome)

    retention.run()

    assert kept(signature) == others


def test_the_day_is_the_one_on_the_clock_of_the_site(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    signature = make_signature(make_petition())
    mail = make_ended_mail(signature, days=3)
    evening = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)  # the next day in Tokyo
    OutgoingMail.objects.filter(pk=mail.pk).update(ended_at=evening)

    retention.run()

    signature.refresh_from_db()
    assert [f"{mail.day}" for mail in sent.read(signature.sent_mails)] == ["2026-03-05"]


@pytest.mark.parametrize("other", ["younger", "due", "waiting"])
def test_a_mail_stays_while_another_of_its_signature_is_young_due_or_waiting(other):
    signature = make_signature(make_petition())
    make_ended_mail(signature, days=3)
    mail = make_ended_mail(signature, days=1.9 if other == "younger" else 3, kind="already")
    change = {"due": {"outcome": "", "ended_at": None}, "waiting": {"outcome": "waiting"}}
    OutgoingMail.objects.filter(pk=mail.pk).update(**change.get(other, {}), due_at=timezone.now())

    retention.run()

    assert (kept(signature), OutgoingMail.objects.count()) == ([], 2)


def test_the_mails_of_a_signature_that_is_not_confirmed_stay_for_the_reminder():
    make_ended_mail(make_pending(make_petition(), days=3), days=3)

    assert retention.run().mails == 0


def test_mails_that_left_count_for_the_allowance_of_the_mailbox(mailoutbox):
    petition = make_petition()
    signature = make_signature(petition, email="ada@example.org")
    for _ in range(2):
        make_ended_mail(signature, days=3, kind="already")
    retention.run()
    assert assisting.mails_left(signature) == 1

    for _ in range(2):
        signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    sending.deliver()

    assert len(mailoutbox) == 1
    assert list(OutgoingMail.objects.values_list("outcome", flat=True)) == ["sent"]


def test_mails_about_a_new_email_that_left_use_up_nothing():
    signature = make_signature(make_petition())
    for kind in ("newemail", "oldemail", "oldemail"):
        make_ended_mail(signature, days=3, kind=kind)
    retention.run()

    assert assisting.mails_left(signature) == 3


def test_its_signer_and_the_staff_still_read_of_it():
    signature = make_signature(make_petition())
    make_ended_mail(signature, days=3)
    make_ended_mail(signature, days=3, kind="newemail")
    retention.run()

    signature.refresh_from_db()
    own = own_page.first_emails(signature)
    [exported] = access_report.export("ada@example.org")["signatures"]

    day = timezone.localdate(days_ago(3))
    assert [row[:2] for row in own] == [("Please confirm", "sent")]
    assert "sent_mails" not in exported
    assert exported["mails"] == [
        {"kind": "confirm", "outcome": "sent", "ended_on": day},
        {"kind": "newemail", "outcome": "sent", "ended_on": day},
    ]


def test_a_kind_or_an_outcome_that_only_a_newer_release_has_is_left_out(monkeypatch):
    """A machine that went back to the release before has rows of the newer one (ADR 69)."""
    signature = make_signature(make_petition())
    for kind in ("confirm", sent.KINDS[-1]):
        make_ended_mail(signature, days=3, kind=kind)
    make_ended_mail(signature, days=3, kind="already", outcome=sent.ENDS[-1])
    retention.run()
    make_ended_mail(signature, days=1, kind=sent.KINDS[-1])
    monkeypatch.setattr(sent, "KINDS", sent.KINDS[:-1])
    monkeypatch.setattr(sent, "ENDS", sent.ENDS[:-1])

    read = kept(signature)
    own = own_page.first_emails(signature)

    assert [row[:2] for row in own] == [("Please confirm", "sent")]
    assert read == [("confirm", "sent")]


def test_the_emails_of_a_newer_kind_wait_in_the_outbox_for_the_newer_release(monkeypatch):
    signature = make_signature(make_petition())
    make_ended_mail(signature, days=3)
    retention.run()
    make_ended_mail(signature, days=3, kind=sent.KINDS[-1])
    with monkeypatch.context() as release_before:
        release_before.setattr(sent, "KINDS", sent.KINDS[:-1])

        retention.run()

        assert kept(signature) == [("confirm", "sent")]
    retention.run()
    assert kept(signature) == [("confirm", "sent"), (sent.KINDS[-1], "sent")]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_signature_that_somebody_has_locked_is_left_for_the_next_run():
    signature = make_signature(make_petition())
    make_ended_mail(signature, days=3)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT FROM campaigns_signature WHERE id = %s FOR UPDATE", [signature.pk]
            )
        during = retention.run().mails
        other.rollback()
    finally:
        other.close()

    assert (during, retention.run().mails) == (0, 1)


def test_many_are_moved_in_batches(monkeypatch):
    monkeypatch.setattr(sent, "BATCH", 2)
    petition: Petition = make_petition()
    signatures = [make_signature(petition, email=f"{n}@example.org") for n in range(5)]
    for number, signature in enumerate(signatures):
        make_ended_mail(signature, days=3 + number)

    assert retention.run().mails == 5
    assert [kept(signature) for signature in signatures] == [[("confirm", "sent")]] * 5
