"""Signing and confirming, with a real PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns import caching
from campaigns.counting import counting
from campaigns.mail import composing
from campaigns.models import OutgoingMail, Petition, Signature, Tally
from campaigns.moderation import screening
from campaigns.signatures import daily_keys, tokens
from campaigns.signing import signing, withdrawing
from campaigns.signing.thanks_page import Thanked
from tests.factories import make_decision, make_petition, make_signature

pytestmark = pytest.mark.django_db


def sign(petition: Petition, **changes: object) -> Thanked | None:
    values = {"name": "Ada Lovelace", "email": "ada@example.org", "version": petition.version.pk}
    return signing.sign(petition, **(values | changes))


@pytest.fixture
def warm(settings) -> Petition:
    """A petition as in a process that has shown its form, with the caches filled."""
    settings.CACHE_SECONDS = 60
    petition = make_petition()
    _ = petition.tally, petition.version, petition.locale
    screening.entries()
    daily_keys.key_of(timezone.now().date())
    return petition


def kinds() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))


def test_signing_keeps_the_signature_and_owes_a_mail():
    petition = make_petition()

    sign(petition, country="RU", comment="Let it run.", updates=True, source="leaflet")

    row = Signature.objects.get()
    assert (row.name, row.email, row.country, row.comment, row.updates, row.source) == (
        "Ada Lovelace",
        "ada@example.org",
        "RU",
        "Let it run.",
        True,
        "leaflet",
    )
    assert (row.state, row.language, row.version) == ("pending", "en", petition.version)
    assert kinds() == ["confirm"]


@pytest.mark.parametrize("earlier", [None, {"confirmed_at": None}, {}])
def test_whoever_signs_it_takes_one_statement(warm, django_assert_num_queries, earlier):
    if earlier is not None:
        make_signature(warm, **earlier)

    with django_assert_num_queries(0):  # the only statement bypasses Django's cursors
        sign(warm)

    assert (Signature.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_signing_again_unconfirmed_replaces_what_was_typed():
    petition = make_petition()
    sign(petition, name="Ida", comment="First")

    sign(petition, name="Ada", email="ADA@Example.org")

    row = Signature.objects.get()
    assert (row.name, row.email, row.comment) == ("Ada", "ADA@Example.org", None)
    assert kinds() == ["confirm", "confirm"]


def test_signing_again_once_confirmed_changes_nothing_and_says_so_by_mail():
    petition = make_petition()
    make_signature(petition)

    sign(petition, name="Somebody Else")

    assert Signature.objects.get().name == "Ada Lovelace"
    assert kinds() == ["already"]
    mail = composing.compose(OutgoingMail.objects.get())
    said = "What was typed in the form this time was not taken over."
    assert said in mail.body
    assert said in str(mail.alternatives[0][0])


@pytest.mark.parametrize("earlier", [{}, {"confirmed_at": None}], ids=["confirmed", "pending"])
def test_signing_again_writes_all_indexes_whatever_stood_there(earlier):
    """PostgreSQL is faster with a row whose index entries can stay (a heap-only update)."""
    make_signature(petition := make_petition(), email="ada@example.org", **earlier)
    before = heap_only_updates()

    sign(petition)

    assert Signature.objects.get().times_signed == 2
    assert heap_only_updates() == before


def heap_only_updates() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = %s",
            [Signature._meta.db_table],
        )
        return cursor.fetchone()[0]


def test_without_confirmation_it_counts_at_once():
    petition = make_petition(confirms_by_email=False)

    sign(petition)
    sign(petition)

    assert Signature.objects.get().state == "confirmed"
    assert kinds() == ["thanks", "already"]


@pytest.mark.parametrize(
    "rules",
    [
        {"closes_at": timezone.now() - timedelta(seconds=1)},
        {"opens_at": timezone.now() + timedelta(hours=1)},
    ],
    ids=["closed", "scheduled"],
)
def test_the_database_refuses_what_comes_too_late_or_too_early(rules):
    petition = make_petition(**rules)

    with pytest.raises(signing.PetitionClosed):
        sign(petition)

    assert not Signature.objects.exists()


@pytest.mark.parametrize("fact", ["paused_at", "won_at"])
def test_the_database_refuses_while_paused_or_won(fact):
    petition = make_petition()
    Tally.objects.update(**{fact: timezone.now()})

    with pytest.raises(signing.PetitionClosed):
        sign(petition)


def test_a_duplicate_learns_of_closing_and_of_nothing_else():
    petition = make_petition()
    make_signature(petition)
    Petition.objects.update(closes_at=timezone.now())

    with pytest.raises(signing.PetitionClosed):
        sign(petition)

    assert kinds() == []


def test_a_draft_that_closes_the_petition_changes_nothing_until_published():
    petition = make_petition()
    petition.closes_at = timezone.now() - timedelta(days=1)
    petition.save_revision()

    sign(petition)

    assert Signature.objects.count() == 1


def test_confirming_twice_counts_once():
    petition = make_petition()
    sign(petition)
    token = Signature.objects.get().token("confirm")

    signing.confirm(token)
    first = Signature.objects.get().confirmed_at
    signing.confirm(token)

    assert Signature.objects.get().confirmed_at == first
    counting.recount()
    assert Tally.objects.get().total == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: token[3:],
        lambda token: "",
        lambda token: "ы" * 60,
        lambda token: tokens.make("withdraw", *tokens.read("confirm", token)),
    ],
    ids=["cut", "beheaded", "empty", "foreign letters", "made to withdraw"],
)
def test_a_spoilt_link_is_a_bad_link(spoil):
    petition = make_petition()
    sign(petition)
    token = Signature.objects.get().token("confirm")

    with pytest.raises(signing.BadLink):
        signing.confirm(spoil(token))

    assert Signature.objects.get().confirmed_at is None


def test_a_confirmation_within_a_day_of_closing_still_counts():
    petition = make_petition()
    sign(petition)
    token = Signature.objects.get().token("confirm")
    Petition.objects.update(closes_at=timezone.now() - timedelta(hours=23, minutes=59))

    signing.confirm(token)

    assert Signature.objects.get().state == "confirmed"


def test_a_confirmation_more_than_a_day_after_closing_is_too_late():
    petition = make_petition()
    sign(petition)
    token = Signature.objects.get().token("confirm")
    Petition.objects.update(closes_at=timezone.now() - timedelta(hours=24, minutes=1))

    with pytest.raises(signing.TooLate):
        signing.confirm(token)


def test_withdrawing_removes_the_row_its_mails_and_the_count():
    petition = make_petition()
    sign(petition)
    pk = Signature.objects.get().pk
    signing.confirm(Signature.objects.get().token("confirm"))
    counting.recount()

    withdrawing.withdraw(tokens.make("withdraw", pk))

    counting.recount()
    assert (Signature.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    assert Tally.objects.get().total == 0


def test_withdrawing_takes_what_staff_typed_about_the_signer_with_it():
    signature = make_signature(make_petition())
    decision = make_decision(signature, reason="This is not really Ada")

    withdrawing.withdraw(tokens.make("withdraw", signature.pk))

    decision.refresh_from_db()
    assert decision.reason == ""


def test_keys_of_two_petitions_for_one_email_differ():
    rows = [
        make_signature(make_petition(title=title), email="ada@example.org")
        for title in ("River", "Library")
    ]

    assert bytes(rows[0].email_key) != bytes(rows[1].email_key)


def test_a_mailbox_with_the_second_slot_alone_signs_once_when_no_two_may_share_it_any_more():
    petition = make_petition(shares_email=True)
    make_signature(petition, name="Bo", household_slot=2)
    Petition.objects.update(shares_email=False)
    caching.clear()

    sign(Petition.objects.get(), name="Bo")

    assert Signature.objects.get().times_signed == 2
