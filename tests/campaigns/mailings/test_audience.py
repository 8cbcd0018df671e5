"""A mailing reaches each mailbox once, and only people who asked for it and may still get it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.counting import surveys
from campaigns.exports import shapes
from campaigns.mailings import audience, suppression
from campaigns.mailings.mailing import Mailing
from campaigns.models import Petition, Signature
from campaigns.signing import assisting, signing
from tests.campaigns.bounces.test_consequences import moved
from tests.campaigns.mailings.test_sending import approved, recipients, work
from tests.factories import days_ago, make_mailing, make_petition, make_signature

pytestmark = pytest.mark.django_db


def reached(mailing: Mailing) -> list[str]:
    keys = audience.people(mailing)
    return sorted(Signature.objects.filter(pk__in=keys).values_list("email", flat=True))


def informed(petition, name: str, **fields) -> Signature:
    """A signature of somebody who ticked “keep me informed”."""
    return make_signature(petition, email=f"{name}@example.org", **({"updates": True} | fields))


def test_it_reaches_those_who_asked_and_confirmed_and_nobody_else():
    river, forest, other = make_petition(), make_petition(slug="forest"), make_petition(slug="o")
    unproven = make_petition(slug="unproven", confirms_by_email=False)
    informed(river, "ada")
    informed(forest, "bob")
    informed(river, "cyd-of-a-list", channel="paper")
    informed(river, "not-asked-in-a-list", channel="paper", updates=False)
    informed(river, "not-asked", updates=False)
    informed(river, "pending", confirmed_at=None)
    informed(river, "quarantined", moderation="quarantined", moderation_reason="listed")
    informed(other, "of-another-petition")
    informed(unproven, "typed-by-a-stranger")
    informed(unproven, "dee-of-a-list", channel="import")
    informed(river, "russian", language="ru")
    assisting.stop_mail(stopped := informed(river, "stopped"))
    Signature.objects.filter(pk=stopped.pk).update(updates=True)

    mailing = make_mailing(river, forest, unproven)

    assert reached(mailing) == [
        "ada@example.org",
        "bob@example.org",
        "cyd-of-a-list@example.org",
        "dee-of-a-list@example.org",
    ]


def test_a_mailbox_gets_one_however_it_is_spelt_and_however_often_it_signed():
    river, forest = make_petition(), make_petition(slug="forest")
    informed(river, "ada")
    make_signature(forest, email="Ada+news@EXAMPLE.org", updates=True)
    make_signature(river, email="ada@example.org", household_slot=2, updates=True)

    assert len(audience.people(make_mailing(river, forest))) == 1


@pytest.mark.parametrize(
    ("new", "got"), [("Ada+new@example.org", ["ada"]), ("c@example.org", ["ada", "c"])]
)
def test_a_mailbox_gets_one_if_an_address_changes_while_recipients_are_listed(
    new, got, smtp_server, monkeypatch
):
    river, forest = make_petition(), make_petition(slug="forest")
    informed(river, "ada")
    bob = informed(forest, "bob")
    mailing, addresses = approved(river, forest), audience.addresses

    def read_before_change(begun):
        read = addresses(begun)
        moved(bob, new)
        return read

    monkeypatch.setattr(audience, "addresses", read_before_change)
    work()

    assert sorted(recipients(smtp_server)) == sorted(f"{each}@example.org" for each in got)
    mailing.refresh_from_db()
    assert mailing.addressed == len(got)


def test_language_country_and_day_narrow_it_down():
    river = make_petition()
    informed(river, "here", country="KE", signed_at=days_ago(1))
    informed(river, "long-ago", country="KE", signed_at=days_ago(30))
    informed(river, "elsewhere", country="TD", signed_at=days_ago(1))
    informed(river, "russian", country="KE", language="ru", signed_at=days_ago(1))
    lately = date.today() - timedelta(days=7)

    narrow = make_mailing(river, countries=["KE"], signed_since=lately)
    wide = make_mailing(river, countries=["KE", "TD"], reaches_all_languages=True)

    assert reached(narrow) == ["here@example.org"]
    assert len(reached(wide)) == 4


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_a_day_begins_with_the_sites_clock_wherever_its_reader_is(zone):
    """The worker does what the screen says to the person who approves the mailing."""
    river, day = make_petition(), date.today() - timedelta(days=7)
    informed(river, "before", signed_at=surveys.midnight(day) - timedelta(minutes=1))
    informed(river, "after", signed_at=surveys.midnight(day))

    with timezone.override(zone):
        assert reached(make_mailing(river, signed_since=day)) == ["after@example.org"]


def test_who_unsubscribed_is_reached_again_only_after_asking_anew():
    river, forest, paper = make_petition(), make_petition(slug="forest"), make_petition(slug="p")
    ada = informed(river, "ada", confirmed_at=days_ago(2))
    suppression.suppress(suppression.keys_of("ada@example.org"), signature=ada)
    mailing = make_mailing(river, forest, paper)
    ada.refresh_from_db()
    after_unsubscribing = (ada.updates, reached(mailing))

    informed(paper, "ada", channel="import", confirmed_at=timezone.now() + timedelta(hours=1))
    after_an_import = reached(mailing)
    again = informed(forest, "ada", confirmed_at=timezone.now() + timedelta(minutes=1))
    after_signing = reached(mailing)
    again.delete()
    signing.correct(ada.token("manage"), name="Ada", updates=True, was_ticked=False)

    assert after_unsubscribing == (False, [])
    assert after_an_import == []
    assert after_signing == ["ada@example.org"]
    assert reached(mailing) == ["ada@example.org"]  # ticked on her own page


def test_whether_an_email_is_proven_does_not_change_with_the_setting():
    river = make_petition()
    asks = Petition.objects.filter(pk=river.pk)
    informed(river, "proven")
    asks.update(confirms_by_email=False)
    informed(Petition.objects.get(), "typed-by-a-stranger", proven_at=None)
    while_off = reached(make_mailing(river))
    asks.update(confirms_by_email=True)

    assert while_off == reached(make_mailing(river)) == ["proven@example.org"]


def test_what_staff_confirm_by_hand_asks_for_no_mail_before_its_signer_opens_a_link():
    river, forest = make_petition(), make_petition(slug="forest")
    suppression.suppress(suppression.keys_of("ada@example.org"), signature=None)
    typed = informed(forest, "ada", confirmed_at=None)
    assisting.confirm_by_hand(typed, reason="A phone call", by=None)
    mailing = make_mailing(river, forest)
    by_hand = reached(mailing)
    signing.confirm(typed.token("confirm"))

    assert (by_hand, reached(mailing)) == ([], ["ada@example.org"])


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(django_assert_num_queries, number):
    river = make_petition()
    for each in range(number):
        informed(river, f"signer{each}")
    mailing = make_mailing(river)

    with django_assert_num_queries(2):
        found = audience.people(mailing)

    assert len(found) == number


def test_stopped_emails_are_looked_up_only_for_those_who_want_mailings():
    with CaptureQueriesContext(connection) as captured:
        shapes.counts(Signature.objects.all(), {"mailing": Q()})

    [query] = captured
    assert query["sql"].index('"updates"') < query["sql"].index("EXISTS")


def test_all_mailboxes_are_asked_for_with_one_parameter():
    mailboxes = [suppression.keys_of(f"{number}@example.org") for number in range(100)]
    suppression.suppress(mailboxes[7], signature=None)
    numbers = []

    def note(execute, sql, params, many, context):
        numbers.append(len(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        found = suppression.since(mailboxes)

    assert list(found) == [mailboxes[7]]
    assert numbers == [4]  # all mailboxes, and the three reasons
