"""Who is named on the page: only signers who agreed, shortened, and several at a time."""

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.counting import counting
from campaigns.models import Petition, Signature
from campaigns.moderation import moderating
from campaigns.privacy import erasing, retention
from campaigns.signatures import public_signers, tokens
from campaigns.signing import signing, withdrawing
from tests.campaigns.signatures.conftest import ABOUT_TO_BE_SHOWN, FIVE, SHORT, agree, shown
from tests.factories import days_ago, make_petition

pytestmark = pytest.mark.django_db


def test_four_wait_and_the_fifth_brings_them_all_in_the_order_of_the_alphabet(petition):
    agree(petition, *reversed(ABOUT_TO_BE_SHOWN))
    four = public_signers.show(), shown(petition)

    agree(petition, "Eva Frey")
    five = public_signers.show(), shown(petition)

    assert four == (0, [])
    assert five == (5, SHORT)


def test_the_next_wait_for_one_another_and_not_for_those_who_are_shown(petition):
    agree(petition, *FIVE)
    public_signers.show()

    agree(petition, "Gus Holm", "Hal Ito", "Ida Jung", "Jo Kern")

    assert (public_signers.show(), shown(petition)) == (0, SHORT)
    agree(petition, "Kim Lee")
    assert (public_signers.show(), len(shown(petition))) == (5, 10)


def test_of_many_the_newest_ten_are_shown(petition):
    agree(petition, *FIVE)
    public_signers.show()
    later = [f"{chr(first)}a Z{chr(first)}" for first in range(ord("b"), ord("b") + 12)]
    agree(petition, *later)
    public_signers.show()

    assert shown(petition) == [f"{name[:2]} Z." for name in later[2:]]


@pytest.mark.parametrize(
    "fields",
    [
        {"shown_as": None},
        {"shown_as": ""},
        {"confirmed_at": None},
        {"moderation": "quarantined"},
        {"moderation": "invalidated"},
    ],
    ids=str,
)
def test_who_has_not_agreed_or_does_not_count_is_not_shown_and_makes_up_no_batch(petition, fields):
    fifth = agree(petition, *FIVE)[-1]
    Signature.objects.filter(pk=fifth.pk).update(**fields)

    assert (public_signers.show(), shown(petition)) == (0, [])


@pytest.mark.parametrize("moderation", ["quarantined", "invalidated"])
def test_who_is_found_to_be_a_fake_is_gone_at_once(petition, admin_user, moderation):
    agree(petition, *FIVE)
    public_signers.show()

    ben = Signature.objects.filter(name="Ben Cole")
    decision = moderating.moderate(ben, moderation=moderation, reason="A fake.", by=admin_user)
    without = shown(petition)
    moderating.undo(decision, by=None)

    assert (without, shown(petition)) == ([*SHORT[:1], *SHORT[2:]], SHORT)


def test_who_withdraws_is_gone_at_once(petition):
    ada, *_ = agree(petition, *FIVE)
    public_signers.show()

    withdrawing.withdraw(tokens.make("withdraw", ada.pk))

    assert shown(petition) == SHORT[1:]


def test_who_is_erased_is_gone_at_once(petition):
    agree(petition, *FIVE)
    public_signers.show()

    erasing.erase("ada.byron@example.org")

    assert shown(petition) == SHORT[1:]


def test_when_the_data_is_emptied_nobody_is_shown_any_more(petition):
    agree(petition, *FIVE)
    public_signers.show()
    Petition.objects.update(opens_at=days_ago(365), closes_at=days_ago(91))

    retention.run()

    assert shown(petition) == []
    assert set(Signature.objects.values_list("shown_as", "shown_at")) == {(None, None)}


def test_who_corrects_anything_waits_for_others_again(petition):
    ada, *_ = agree(petition, *FIVE)
    public_signers.show()

    signing.correct(tokens.make("manage", ada.pk), name="Ada King")

    ada.refresh_from_db()
    assert (shown(petition), ada.shown_as, ada.shown_at) == (SHORT[1:], "Ada K.", None)
    assert public_signers.show() == 0


def test_who_takes_it_back_is_gone_at_once(petition):
    ada, *_ = agree(petition, *FIVE)
    public_signers.show()

    signing.correct(tokens.make("manage", ada.pk), name="Ada Byron", is_shown=False)

    ada.refresh_from_db()
    assert (shown(petition), ada.shown_as, ada.shown_at) == (SHORT[1:], None, None)


def test_a_petition_that_shows_nobody_shows_nobody():
    petition = make_petition()
    agree(petition, *FIVE)
    Signature.objects.update(shown_at=timezone.now())

    assert shown(petition) == []
    Signature.objects.update(shown_at=None)
    assert public_signers.show() == 0


def test_below_the_number_from_which_the_count_is_shown_nobody_is_named(petition):
    agree(petition, *FIVE)
    counting.recount(), public_signers.show()
    Petition.objects.update(count_from=6)

    assert shown(petition) == []


def test_petitions_wait_each_for_its_own(petition):
    other = make_petition(title="Library", shows_signers=True)
    agree(petition, *FIVE[:3])
    agree(other, *FIVE[:4])

    assert public_signers.show() == 0


def test_the_rule_is_the_originals_in_every_language(petition):
    copy = petition.copy_for_translation(make_petition(title="X", locale="fr").locale)
    copy.shows_signers = False
    copy.save()
    agree(petition, *FIVE)
    public_signers.show()

    assert shown(copy) == SHORT


def test_the_query_walks_an_index(petition):
    statement = Signature.objects.counted().filter(tally=1, shown_as__gt="", shown_at__isnull=False)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = statement.order_by("-shown_at", "-pk")[:10].explain()

    assert "Index Scan Backward using showable_signatures" in plan


def test_names_that_were_shown_before_take_the_free_place(petition):
    agree(petition, *FIVE)
    public_signers.show()
    later = agree(petition, *[f"{letter}a Z{letter}" for letter in "bcdefghijk"])
    public_signers.show()
    ten = shown(petition)

    withdrawing.withdraw(tokens.make("withdraw", later[0].pk))

    assert len({*ten}) == 10
    assert {*shown(petition)} - {*ten} <= {*SHORT}
    assert len(shown(petition)) == 10
