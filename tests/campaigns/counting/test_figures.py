"""When a goal will be reached, and how uncertain that is; and how many emails are due."""

import pytest
from django.template.defaultfilters import floatformat

from campaigns.counting import figures
from tests.factories import day, make_mail, make_petition, make_signature
from tests.plans import explained


def days(*numbers: int) -> list:
    return [(day(place - 8), number) for place, number in enumerate(numbers)]


def test_a_steady_pace_has_one_day():
    found = figures.forecast(100, 170, days(*[10] * 7))

    assert found == (10, day(7), day(7))


def test_the_more_the_days_differ_the_wider_the_time():
    found = figures.forecast(0, 1000, days(90, 110, 100, 95, 105, 100, 100))

    assert found.soonest == day(10)
    assert found.latest == day(11)


@pytest.mark.parametrize(
    ("numbers", "shown"), [([3, 0, 0], "1"), ([1, 0, 0], "0.3"), ([3001] * 2, "3,001")]
)
def test_a_small_pace_has_one_decimal(numbers, shown):
    found = figures.forecast(0, 9999, days(*numbers))

    assert floatformat(found.pace, found.digits) == shown


def test_one_good_day_says_little():
    assert figures.forecast(0, 1000, days(0, 0, 0, 0, 0, 0, 70)).latest is None


@pytest.mark.parametrize(("total", "numbers"), [(1000, [10] * 7), (0, [0] * 7), (0, [5]), (0, [])])
def test_there_is_nothing_to_say(total, numbers):
    assert figures.forecast(total, 1000, days(*numbers)) is None


@pytest.mark.django_db
def test_the_emails_that_are_due_are_counted_in_the_outbox_alone_for_all_petitions():
    petitions = [make_petition(title=title) for title in ("River", "Forest")]
    for petition in petitions:
        make_mail(make_signature(petition), outcome="")
    tallies = [petition.tally for petition in petitions]

    with explained() as plans:
        numbers = [figures.first_emails(tallies), figures.first_emails(tallies[:1])]

    assert numbers == [2, 1]
    counts = [plan for plan in plans if "campaigns_outgoingmail" in plan]
    assert ["campaigns_signature" in plan for plan in counts] == [False, True]
