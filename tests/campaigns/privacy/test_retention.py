"""What is deleted and anonymised, and when. The tests set times in columns and never wait."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from campaigns import caching
from campaigns.models import OutgoingMail, Petition, Signature, Tally
from campaigns.privacy import anonymising, forecast, retention
from tests.factories import (
    days_ago,
    make_ended,
    make_mail,
    make_pending,
    make_petition,
    make_signature,
)
from tests.plans import OTHER_SIGNATURES, copy, explained, reading_all

pytestmark = pytest.mark.django_db


# --- deleting ---


def test_the_unconfirmed_are_deleted_with_their_mails_after_seven_days():
    petition = make_petition()
    make_mail(make_pending(petition, days=7.1, email="old@example.org"))
    make_mail(make_pending(petition, days=7.1, email="aside@example.org", moderation="quarantined"))
    make_mail(make_pending(petition, days=6.9, email="young@example.org"))
    make_mail(make_signature(petition, email="confirmed@example.org", signed_at=days_ago(99)))

    assert retention.run().deleted == 2

    left = Signature.objects.order_by("email").values_list("email", flat=True)
    assert list(left) == ["confirmed@example.org", "young@example.org"]
    assert OutgoingMail.objects.count() == 2


def test_seven_days_begin_with_a_first_email_that_was_delayed():
    """By the limit of a network, or until a release; but nobody is kept longer than 30 days."""
    open_one, closed = make_petition(), make_ended(days=3)
    closing = make_petition(closes_at=days_ago(-2))
    cases = {
        "delayed": (open_one, 9, [6.9]),
        "still due": (open_one, 9, [-1]),
        "old": (open_one, 9, [7.1]),
        "reminded": (open_one, 9, [9, 6.9]),
        "very old": (open_one, 30.1, [1]),
        "closed": (closed, 9, [6.9]),
        "closed lately": (closed, 5, [2]),
        "closes soon": (closing, 5, [1]),
    }
    for name, (petition, days, due) in cases.items():
        one = make_pending(petition, days=days, email=f"{name.replace(' ', '.')}@e.org", name=name)
        for each in due:
            OutgoingMail.objects.create(signature=one, kind="confirm", due_at=days_ago(each))

    assert retention.run().deleted == 4

    days = {one.name: retention.deleted_on(one) for one in Signature.objects.all()}
    assert days == {
        "delayed": timezone.localdate(days_ago(-0.1)),
        "still due": timezone.localdate(days_ago(-8)),
        "closed lately": timezone.localdate(days_ago(-2)),
        "closes soon": timezone.localdate(days_ago(-3)),
    }


def test_a_hold_does_not_keep_those_who_agreed_to_nothing():
    make_pending(make_petition(), days=8)
    Tally.objects.update(held_at=timezone.now(), held_reason="A court asks.")

    assert retention.run().deleted == 1


# --- old keys ---


def test_keys_of_networks_and_mailboxes_are_forgotten_in_time():
    petition = make_petition()
    young, old = (
        make_signature(
            petition,
            id=UUID(int=int(days_ago(days).timestamp() * 1000) << 80),
            email=f"{days}@example.org",
            signed_at=days_ago(1),  # again
            network_key=b"n" * 32,
        )
        for days in (1.9, 2.1)
    )
    for signature, days in ((young, 1.9), (old, 2.1)):
        OutgoingMail.objects.create(
            signature=signature, kind="thanks", due_at=days_ago(days), recipient_key=b"r" * 32
        )

    report = retention.run()

    assert (report.networks, report.mailboxes) == (1, 1)
    assert Signature.objects.get(network_key__isnull=False) == young
    assert OutgoingMail.objects.get(recipient_key__isnull=False).signature == young


# --- the clock and the forecast ---


def test_the_clock_shows_the_day_on_the_sites_own_clock(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    closes_at = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    petition = make_petition(closes_at=closes_at, retention_days=1)

    with timezone.override("Pacific/Honolulu"):  # that of the account in the CMS
        assert retention.local_day(petition.tally.data_ends_at) == date(2026, 7, 2)


def test_the_clock_stands_still_while_open_and_while_held():
    ended = make_ended()
    Tally.objects.filter(pk=ended.tally.pk).update(
        held_at=timezone.now(), held_reason="A court asks."
    )

    known = [
        Petition.objects.get(pk=petition.pk).tally.data_ends_at
        for petition in (ended, make_petition(title="Open"))
    ]

    assert known == [None, None]


def test_a_dry_run_says_per_petition_what_would_be_done_and_does_nothing(capsys):
    ended, open_one = make_ended(), make_petition(title="Open", slug="open")
    make_signature(ended, name="Canary", email="canary@example.org")
    make_mail(make_pending(open_one, days=3, name="Canary", email="canary@example.org"))
    make_pending(
        open_one, days=8, name="Canary", email="canary2@example.org", network_key=b"n" * 32
    )
    before = list(Signature.objects.order_by("pk").values())

    call_command("retention", dry_run=True)

    retained_until = retention.local_day(ended.tally.data_ends_at).isoformat()
    assert capsys.readouterr().out.splitlines() == [
        "keep-the-river-free: 0 to delete, 0 to remind, 1 to anonymise, 0 to leave for mailings; "
        f"retained until {retained_until}",
        "open: 1 to delete, 1 to remind, 0 to anonymise, 0 to leave for mailings; has no end yet",
        "Keys to delete: 0 of networks, 0 of mailboxes.",
        "Nothing was changed.",
    ]
    assert list(Signature.objects.order_by("pk").values()) == before


def test_what_was_foretold_is_done(capsys):
    ended, open_one = make_ended(), make_petition(title="Open")
    make_signature(ended)
    make_pending(open_one, days=3)
    make_pending(open_one, days=8, email="b@example.org")

    call_command("retention")

    assert capsys.readouterr().out.splitlines() == [
        "1 deleted, 1 reminded, 1 anonymised, 0 left for mailings; "
        "keys deleted: 0 of networks, 0 of mailboxes."
    ]
    assert retention.run() == retention.Report(is_complete=True)


def test_the_forecast_takes_as_many_queries_for_three_petitions_as_for_one(
    django_assert_num_queries,
):
    make_signature(make_ended())
    with django_assert_num_queries(10):
        forecast.forecast()
    for title in ("Two", "Three"):
        make_signature(make_ended(title=title))

    with django_assert_num_queries(10):
        found = forecast.forecast()

    assert [due.anonymised for due in found.petitions] == [1, 1, 1]


@pytest.mark.parametrize("people", [1, 30])
def test_a_run_takes_as_many_queries_for_many_people_as_for_one(
    settings, django_assert_max_num_queries, people
):
    settings.CACHE_SECONDS = 60
    caching.clear()
    ended, open_one = make_ended(), make_petition(title="Open")
    for number in range(people):
        email = f"{number}@example.org"
        make_signature(ended, email=email)
        make_pending(open_one, days=3, email=email)
        make_pending(open_one, days=8, email=f"old-{email}", network_key=b"n" * 32)

    with django_assert_max_num_queries(130):
        report = retention.run()

    assert (report.deleted, report.reminded, report.anonymised) == (people, people, people)


# --- many, and killed in the middle ---


def test_batches_do_all_and_what_is_left_after_a_kill_is_done_next_time(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    ended = make_ended()
    for number in range(5):
        make_signature(ended, email=f"{number}@example.org")

    sweep = retention.sweep()
    next(sweep)
    sweep.close()

    left = Signature.objects.filter(anonymised_at=None)
    assert left.count() == 3
    assert retention.run() == retention.Report(anonymised=3, is_complete=True)
    assert left.count() == 0


def test_where_nothing_is_due_only_the_unconfirmed_are_read():
    ended = make_ended()
    make_mail(make_signature(ended))
    copy(Signature, 2000, OTHER_SIGNATURES)
    copy(OutgoingMail, 2000, {"signature_id": "(SELECT id FROM campaigns_signature LIMIT 1)"})
    anonymising.anonymise(list(Signature.objects.values_list("pk", flat=True)))
    make_pending(make_petition(), days=1)

    with explained() as plans:
        assert not retention.run()

    assert [*reading_all(Signature, plans), *reading_all(OutgoingMail, plans)] == []
    of_all = "signatures_of_a_petition", "signatures_by_time"
    assert [plan for plan in plans if any(index in plan for index in of_all)] == []


def test_a_batch_that_fails_changes_nothing_of_its_rows(monkeypatch):
    signature = make_signature(make_ended())
    make_mail(signature)
    monkeypatch.setattr(anonymising, "day_of", lambda field: "nonsense")

    with pytest.raises(Exception, match="nonsense"):
        retention.run()

    signature.refresh_from_db()
    assert (signature.name, OutgoingMail.objects.count()) == ("Ada Lovelace", 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_while_another_process_is_at_it_nothing_is_done():
    make_signature(make_ended())
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [retention.LOCK])
            report = retention.run()
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [retention.LOCK])
    finally:
        other.close()

    assert report == retention.Report()
    assert retention.run().anonymised == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_signer_who_confirms_at_that_moment_is_not_purged():
    signature = make_pending(make_petition(), days=8)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with connection.cursor() as cursor:  # fail instead of waiting for ever
            cursor.execute("SET lock_timeout = '5s'")
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE campaigns_signature SET confirmed_at = now() WHERE id = %s", [signature.pk]
            )
        during = retention.run().deleted
        other.commit()
    finally:
        other.close()

    assert (during, retention.run().deleted) == (0, 0)
    assert Signature.objects.get().state == "confirmed"
