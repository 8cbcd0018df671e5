"""Whether a petition is open is decided in several forms: all of them say the same."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from campaigns.models import Petition, State, Tally
from campaigns.petitions import state
from tests.factories import make_petition

DAY = timedelta(days=1)
# Each moment of a petition: none, before now, just now, and after.
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
    """Give the petition and its tally this combination, as distances from a moment."""
    live, *distances = combination
    won, paused, opens, closes = (None if at is None else now + at for at in distances)
    Petition.objects.filter(pk=petition.pk).update(live=live, opens_at=opens, closes_at=closes)
    Tally.objects.filter(petition=petition).update(won_at=won, paused_at=paused)
    return Petition.objects.get(pk=petition.pk)


def ask(sql, **values):
    """Whether a condition in SQL holds of the one petition that there is."""
    statement = f"""
        SELECT {sql} FROM campaigns_tally tally
        JOIN campaigns_petition original ON original.id = tally.petition_id
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone()[0]


def is_refused_as_late(petition):
    """What the function of the database says, which looks at its own clock."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT campaigns_refuse_late(%s)", [petition.pk])
    except ProgrammingError:
        return True
    return False


@pytest.mark.django_db
def test_all_forms_say_the_same_of_every_combination_at_every_moment():
    petition, now = make_petition(), timezone.now()

    seen = set()
    for combination in COMBINATIONS:
        subject = put(petition, now, combination)
        for moment in (now + distance for distance in MOMENTS):
            in_python = subject.state_at(moment)
            in_orm = [
                each
                for each in State
                if each != State.DRAFT
                and Petition.objects.filter(
                    state.in_state(each, "translation_key", moment=moment)
                ).exists()
            ]
            is_open = ask(state.open_sql("%(now)s::timestamptz"), now=moment)

            case = combination, moment - now
            assert in_orm == ([] if in_python == State.DRAFT else [in_python]), case
            assert is_open == (in_python == State.OPEN), case
            seen.add(in_python)

    assert seen == set(State)


@pytest.mark.django_db
def test_the_database_by_its_own_clock_says_the_same():
    petition, now = make_petition(), timezone.now()

    for combination in COMBINATIONS:
        subject = put(petition, now, combination)

        has_closed = combination[4] is not None and combination[4] <= timedelta(0)
        assert ask(state.open_sql()) == (subject.state == State.OPEN), combination
        assert is_refused_as_late(petition) == has_closed, combination
        if subject.state == State.OPEN:
            assert not is_refused_as_late(petition), combination


@pytest.mark.django_db
@pytest.mark.parametrize("closes", [None, -2 * DAY, -DAY, timedelta(hours=-23), DAY])
def test_confirming_ends_a_day_after_closing_in_every_form(closes):
    petition, now = make_petition(), timezone.now()
    put(petition, now, (True, None, None, None, closes))

    in_orm = Tally.objects.filter(state.takes_confirmations(now)).exists()
    in_sql = ask(state.takes_confirmations_sql("%(now)s::timestamptz"), now=now)

    assert in_orm == in_sql == (closes is None or closes > -state.GRACE)
