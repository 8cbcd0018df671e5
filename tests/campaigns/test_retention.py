"""What is purged and emptied, and when. Time is set in columns, never waited for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from campaigns import counting, retention, signing
from campaigns.email_keys import email_key
from campaigns.models import OutgoingMail, Petition, Signature, Tally
from campaigns.models.judgement import JudgedSignature, Judgement
from campaigns.models.signature import PERSONAL
from tests.factories import make_mail, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def days_ago(days: float) -> datetime:
    return timezone.now() - days * DAY


# --- purging ---


def test_the_unconfirmed_are_deleted_with_their_mails_after_seven_days():
    petition = make_petition()
    make_mail(make_pending(petition, days=7.1, email="old@example.org"))
    make_mail(make_pending(petition, days=7.1, email="aside@example.org", verdict="quarantined"))
    make_mail(make_pending(petition, days=6.9, email="young@example.org"))
    make_mail(make_signature(petition, email="confirmed@example.org", signed_at=days_ago(99)))

    assert retention.run().purged == 2

    left = Signature.objects.order_by("email").values_list("email", flat=True)
    assert list(left) == ["confirmed@example.org", "young@example.org"]
    assert OutgoingMail.objects.count() == 2


def test_a_hold_does_not_keep_those_who_agreed_to_nothing():
    make_pending(make_petition(), days=8)
    Tally.objects.update(held_at=timezone.now())

    assert retention.run().purged == 1


# --- emptying ---


def make_ended(days: float = 91, **fields: object) -> Petition:
    return make_petition(
        opens_at=days_ago(365), closes_at=days_ago(days), keeps_data_days=90, **fields
    )


def test_emptying_leaves_the_day_the_verdict_and_the_count_and_nothing_personal():
    petition = make_ended()
    full = {
        "country": "RU",
        "postcode": "10115",
        "comment": "Let it run.",
        "updates": True,
        "source": "leaflet",
        "network_key": b"n" * 32,
        "signed_at": datetime(2026, 3, 4, 22, 30, tzinfo=UTC),
        "confirmed_at": datetime(2026, 3, 5, 7, 15, tzinfo=UTC),
    }
    signature = make_signature(petition, **full)
    make_mail(signature)
    counting.recount()

    report = retention.run()

    row = Signature.objects.get()
    assert (report.emptied, report.is_complete) == (1, True)
    assert [getattr(row, name) for name in PERSONAL] == [None] * len(PERSONAL)
    assert (row.signed_at, row.confirmed_at) == (
        datetime(2026, 3, 4, tzinfo=UTC),
        datetime(2026, 3, 5, tzinfo=UTC),
    )
    assert (row.state, row.country, row.language, row.channel, row.source, row.updates) == (
        "emptied",
        "RU",
        "en",
        "form",
        "leaflet",
        False,
    )
    assert row.wording == petition.wording
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


def test_a_verdict_stays_and_what_staff_typed_about_it_goes():
    petition = make_ended()
    for name, verdict, reason in (
        ("a", "", ""),
        ("b", "quarantined", "burst"),
        ("c", "invalidated", "This is not Ada: she told us so"),
    ):
        make_signature(
            petition, email=f"{name}@example.org", verdict=verdict, verdict_reason=reason
        )
    counting.recount()

    retention.run()

    rows = Signature.objects.order_by("verdict").values_list("verdict", "verdict_reason")
    assert list(rows) == [("", ""), ("invalidated", ""), ("quarantined", "burst")]
    assert (counting.recount(), Tally.objects.get().total) == ([], 1)


def test_what_staff_decided_does_not_hinder_and_its_words_go():
    signature = make_signature(make_ended(), verdict="invalidated", verdict_reason="Not Ada")
    judgement = Judgement.objects.create(verdict="invalidated", reason="Not Ada")
    JudgedSignature.objects.create(judgement=judgement, signature=signature)

    retention.run()

    assert (Signature.objects.get().verdict, JudgedSignature.objects.count()) == ("invalidated", 0)
    assert Judgement.objects.get().reason == ""


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
        closes_at=None if closed is None else days_ago(closed), keeps_data_days=90
    )
    make_signature(petition, signed_at=days_ago(300), confirmed_at=days_ago(300))
    Tally.objects.update(won_at=None if won is None else days_ago(won))

    assert retention.run().emptied == expected


def test_the_rules_are_the_originals_in_every_language():
    original = make_ended()
    copy = original.copy_for_translation(make_petition(title="X", locale="fr").locale)
    copy.closes_at, copy.keeps_data_days = None, 999
    copy.save()
    make_signature(original)

    assert retention.data_kept_until(copy) == retention.data_kept_until(original)
    assert retention.run().emptied == 1


def test_what_is_held_is_emptied_when_it_is_let_go():
    make_signature(make_ended())
    Tally.objects.update(held_at=timezone.now())

    held = retention.run().emptied
    Tally.objects.update(held_at=None)

    assert (held, retention.run().emptied) == (0, 1)


def test_others_are_left_alone():
    ended, open_one = make_ended(), make_petition(title="Open")
    for number in range(3):
        make_signature(ended, email=f"{number}@example.org")
        make_signature(open_one, email=f"{number}@example.org")
    others = Signature.objects.filter(tally=open_one.tally).order_by("pk")
    before = list(others.values())

    first, second = retention.run(), retention.run()

    assert (first.emptied, bool(second)) == (3, False)
    assert list(others.values()) == before


def test_a_link_in_an_old_mail_opens_nothing_any_more(client):
    signature = make_signature(make_ended())
    address = f"/signatures/manage/{signing.tokens.make('manage', signature.pk)}/"

    before = client.get(address).status_code
    retention.run()

    assert (before, client.get(address).status_code) == (200, 400)


# --- old keys ---


def test_keys_of_networks_and_mailboxes_are_forgotten_in_time():
    petition = make_petition()
    young, old = (
        make_signature(
            petition, email=f"{days}@example.org", signed_at=days_ago(days), network_key=b"n" * 32
        )
        for days in (13.9, 14.1)
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
    petition = make_petition(closes_at=closes_at, keeps_data_days=1)

    with timezone.override("Europe/Berlin"):
        assert retention.data_kept_until(petition) == date(2026, 7, 2)


def test_the_clock_stands_still_while_open_and_while_held():
    ended = make_ended()
    Tally.objects.filter(pk=ended.tally.pk).update(held_at=timezone.now())

    known = [
        retention.data_kept_until(Petition.objects.get(pk=petition.pk))
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

    kept_until = retention.data_kept_until(ended).isoformat()
    assert capsys.readouterr().out.splitlines() == [
        f"keep-the-river-free: 0 to purge, 0 to remind, 1 to empty; kept until {kept_until}",
        "open: 1 to purge, 1 to remind, 0 to empty; has no end yet",
        "Keys to forget: 0 of networks, 0 of mailboxes.",
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
        "1 purged, 1 reminded, 1 emptied; keys forgotten: 0 of networks, 0 of mailboxes."
    ]
    assert retention.run() == retention.Report(is_complete=True)


def test_the_forecast_takes_as_many_queries_for_three_petitions_as_for_one(
    django_assert_num_queries,
):
    make_signature(make_ended())
    with django_assert_num_queries(7):
        retention.forecast()
    for title in ("Two", "Three"):
        make_signature(make_ended(title=title))

    with django_assert_num_queries(7):
        forecast = retention.forecast()

    assert [due.emptied for due in forecast.petitions] == [1, 1, 1]


@pytest.mark.parametrize("people", [1, 30])
def test_a_run_takes_as_many_queries_for_many_people_as_for_one(
    django_assert_max_num_queries, people
):
    ended, open_one = make_ended(), make_petition(title="Open")
    for number in range(people):
        email = f"{number}@example.org"
        make_signature(ended, email=email)
        make_pending(open_one, days=3, email=email)
        make_pending(open_one, days=8, email=f"old-{email}", network_key=b"n" * 32)

    with django_assert_max_num_queries(40):
        report = retention.run()

    assert (report.purged, report.reminded, report.emptied) == (people, people, people)


# --- many, and killed in the middle ---


def test_batches_do_all_and_what_is_left_after_a_kill_is_done_next_time(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    ended = make_ended()
    for number in range(5):
        make_signature(ended, email=f"{number}@example.org")

    sweep = retention.sweep()
    next(sweep)
    sweep.close()

    left = Signature.objects.filter(erased_at=None)
    assert left.count() == 3
    assert retention.run() == retention.Report(emptied=3, is_complete=True)
    assert left.count() == 0


def test_a_batch_that_fails_changes_nothing_of_its_rows(monkeypatch):
    signature = make_signature(make_ended())
    make_mail(signature)
    monkeypatch.setattr(retention, "day_of", lambda field: "nonsense")

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
            cursor.execute("SELECT pg_advisory_lock(%s)", [retention.LOCK])
            report = retention.run()
            cursor.execute("SELECT pg_advisory_unlock(%s)", [retention.LOCK])
    finally:
        other.close()

    assert report == retention.Report()
    assert retention.run().emptied == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_signer_who_confirms_at_that_moment_is_not_purged():
    signature = make_pending(make_petition(), days=8)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE campaigns_signature SET confirmed_at = now() WHERE id = %s", [signature.pk]
            )
        during = retention.run().purged
        other.commit()
    finally:
        other.close()

    assert (during, retention.run().purged) == (0, 0)
    assert Signature.objects.get().state == "confirmed"


def test_a_signature_from_paper_is_emptied_too():
    petition = make_ended()
    make_signature(petition)
    nothing = {"email": None, "email_key": None, "wording": None}
    Signature.objects.update(channel="paper", **nothing)

    assert retention.run().emptied == 1


def test_the_key_of_an_email_is_gone_so_that_nobody_can_ask_whether_it_signed():
    petition = make_ended()
    make_signature(petition)

    retention.run()

    key = email_key(petition.tally.pk, "ada@example.org")
    assert not Signature.objects.filter(email_key=key).exists()
