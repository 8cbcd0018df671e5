"""Several implementations decide whether a petition is open: all of them agree."""

from copy import copy
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from campaigns.models import Petition, State, Tally
from campaigns.petitions import state
from tests.factories import make_petition

DAY = timedelta(days=1)
# The distances from now for each time of a petition: none, past, just now, future.
DISTANCES = (None, -DAY, timedelta(0), DAY)
# (live, won_at, paused_at, opens_at, closes_at)
COMBINATIONS = [
    combination
    for combination in product((True, False), (None, -DAY), (None, -DAY), DISTANCES, DISTANCES)
    # The database refuses a petition that closes before it opens.
    if None in combination[3:] or combination[3] < combination[4]
]
MOMENTS = (-2 * DAY, timedelta(0), 2 * DAY)


def put(petition, now, combination):
    """Set the times of the petition and its tally to this combination of distances from `now`."""
    live, *distances = combination
    won, paused, opens, closes = (None if at is None else now + at for at in distances)
    Petition.objects.filter(pk=petition.pk).update(live=live, opens_at=opens, closes_at=closes)
    Tally.objects.filter(petition=petition).update(won_at=won, paused_at=paused)
    return Petition.objects.get(pk=petition.pk)


def make_each(now):
    """Make a petition for each combination of distances; return both by the primary key."""
    petition, petitions, tallies = make_petition(), [], []
    for number, (live, *distances) in enumerate(COMBINATIONS):
        won, paused, opens, closes = (None if at is None else now + at for at in distances)
        each = copy(petition)
        each.pk, each.slug, each.translation_key = None, f"petition-{number}", uuid4()
        each.live, each.opens_at, each.closes_at = live, opens, closes
        petitions.append(each)
        key = each.translation_key
        tallies.append(Tally(petition=each, translation_key=key, won_at=won, paused_at=paused))
    Petition.objects.bulk_create(petitions)
    Tally.objects.bulk_create(tallies)
    numbers = [each.pk for each in petitions]
    return Petition.objects.in_bulk(numbers), dict(zip(numbers, COMBINATIONS, strict=True))


def holding(sql, **values):
    """The primary keys of the petitions for which a condition in SQL is true."""
    statement = f"""
        SELECT original.id FROM campaigns_tally tally
        JOIN campaigns_petition original ON original.id = tally.petition_id WHERE {sql}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return {number for (number,) in cursor.fetchall()}


def is_refused_as_late(number):
    """Whether the database's function, which uses its own clock, refuses the signature."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT campaigns_refuse_late(%s)", [number])
    except ProgrammingError:
        return True
    return False


@pytest.mark.django_db
def test_all_forms_say_the_same_of_every_combination_at_every_moment():
    now = timezone.now()
    petitions, combinations = make_each(now)

    seen = set()
    for moment in (now + distance for distance in MOMENTS):
        in_orm = {
            each: set(
                Petition.objects.filter(
                    state.in_state(each, "translation_key", moment=moment)
                ).values_list("pk", flat=True)
            )
            for each in State
            if each != State.DRAFT
        }
        is_open = holding(state.open_sql("%(now)s::timestamptz"), now=moment)

        for number, petition in petitions.items():
            in_python = petition.state_at(moment)
            said = [each for each, numbers in in_orm.items() if number in numbers]

            case = combinations[number], moment - now
            assert said == ([] if in_python == State.DRAFT else [in_python]), case
            assert (number in is_open) == (in_python == State.OPEN), case
            seen.add(in_python)

    assert seen == set(State)


@pytest.mark.django_db
def test_the_database_by_its_own_clock_says_the_same():
    petitions, combinations = make_each(timezone.now())

    is_open = holding(state.open_sql())

    for number, petition in petitions.items():
        assert (number in is_open) == (petition.state == State.OPEN), combinations[number]
        assert is_refused_as_late(number) == (number not in is_open), combinations[number]


@pytest.mark.django_db
@pytest.mark.parametrize("closes", [None, -2 * DAY, -DAY, timedelta(hours=-23), DAY])
def test_confirming_ends_a_day_after_closing_in_every_form(closes):
    petition, now = make_petition(), timezone.now()
    put(petition, now, (True, None, None, None, closes))

    in_orm = Tally.objects.filter(state.takes_confirmations(now)).exists()
    in_sql = bool(holding(state.takes_confirmations_sql("%(now)s::timestamptz"), now=now))

    assert in_orm == in_sql == (closes is None or closes > -state.GRACE)
