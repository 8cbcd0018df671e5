"""The number that a signer sees immediately."""

import pytest

from campaigns.counting import counting
from campaigns.models import Petition, Signature, Tally
from campaigns.signing import signing, thanks_page
from tests.campaigns.signing.test_signing import sign
from tests.factories import days_ago, make_petition, make_signature

pytestmark = pytest.mark.django_db


def confirm(petition, name: str, **fields) -> int:
    email = f"{name}@example.org"
    signature = make_signature(petition, email=email, confirmed_at=None, **fields)
    return signing.confirm(signature.token("confirm")).number


def settle(petition, count: int) -> None:
    """Let people sign earlier, and count them as the worker does."""
    for number in range(count):
        make_signature(petition, email=f"{number}@example.net", confirmed_at=days_ago(1))
    counting.recount()


def test_each_who_confirms_within_one_second_gets_a_number_of_their_own():
    petition = make_petition()
    settle(petition, 3)

    numbers = [confirm(petition, name) for name in ("ada", "ben", "eva")]

    assert numbers == [4, 5, 6]
    assert Tally.objects.values_list("total", "settled").get() == (3, 3)


def test_the_number_is_right_before_the_worker_has_counted_and_between_two_counts():
    petition = make_petition()
    assert confirm(petition, "ada") == 1
    counting.recount()

    assert confirm(petition, "ben") == 2
    assert Tally.objects.values_list("total", "settled").get() == (1, 0)


@pytest.mark.parametrize("confirms_by_email", [True, False])
def test_what_nothing_has_settled_for_minutes_is_not_counted_anew_for_each(confirms_by_email):
    """A long transaction is writing. The number is the count of a second ago, and this signer."""
    petition = make_petition(confirms_by_email=confirms_by_email)
    settle(petition, 3)
    Tally.objects.update(total=3 + thanks_page.MOST + 1)
    signature = make_signature(petition, confirmed_at=None)

    thanked = signing.confirm(signature.token("confirm"))

    assert (thanked.number, thanked.is_rank) == (3 + thanks_page.MOST + 2, False)


def test_who_withdrew_is_not_counted():
    petition = make_petition()
    settle(petition, 3)
    Signature.objects.first().delete()
    make_signature(petition, email="late@example.net", confirmed_at=days_ago(0.001))
    counting.recount()  # three as before, one of which is new

    assert confirm(petition, "ada") == 4


def test_a_confirmation_of_long_ago_has_no_number():
    petition = make_petition()
    signature = make_signature(petition, confirmed_at=days_ago(1))
    counting.recount()

    assert signing.confirm(signature.token("confirm")).number == 0


def test_below_the_number_from_which_the_count_is_shown_there_is_none():
    petition = make_petition(count_from=2)

    assert [confirm(petition, name) for name in ("ada", "ben")] == [0, 2]


def test_a_quarantined_signer_reads_what_everybody_reads():
    petition = make_petition()
    settle(petition, 3)

    assert confirm(petition, "ada", moderation="quarantined") == 4


def test_without_confirmation_the_number_is_the_count_and_tells_nothing_of_who_signed_before():
    petition = make_petition(confirms_by_email=False)
    settle(petition, 3)
    make_signature(petition, email="old@example.org", page_id=None, source="old", name="Ben")

    new = sign(petition, email="new@example.org", source="new")
    again = sign(petition, email="old@example.org", source="new")

    assert (new.number, new.source, new.is_rank) == (5, "new", False)
    assert (again.number, again.source, again.is_rank) == (5, "new", False)


def test_the_mark_says_number_and_page_and_is_of_one_petition():
    petition, other = make_petition(), make_petition(slug="other")
    mark = thanks_page.mark(thanks_page.Thanked(petition, 3413, 7))

    assert thanks_page.read(petition, mark) == thanks_page.Thanked(petition, 3413, 7)
    assert thanks_page.read(other, mark) is None
    assert thanks_page.read(petition, mark.replace("3413", "1")) is None
    assert thanks_page.read(petition, "nonsense") is None


def test_who_confirms_after_the_victory_reads_the_goal_that_was_reached():
    petition = make_petition(goal=3)
    settle(petition, 4)
    Tally.objects.update(won_at=days_ago(0))
    won = Petition.objects.get()

    assert thanks_page.Thanked(won, 5).goal == won.progress.goal == 3


def test_the_worker_says_only_which_totals_have_changed():
    petition = make_petition()
    make_signature(petition)

    assert counting.recount() == [petition.tally.pk]
    Signature.objects.update(confirmed_at=days_ago(1))
    assert counting.recount() == []
    assert Tally.objects.get().settled == 1
