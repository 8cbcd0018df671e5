"""A petition's own limits for signatures from one network."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Petition, Tally
from campaigns.petitions import immediate_actions
from tests.campaigns.moderation.test_screening import decisions, sign
from tests.factories import make_petition, make_translation

pytestmark = pytest.mark.django_db


def test_a_petitions_own_limit_takes_the_place_of_the_settings(settings):
    settings.SIGNING_BURST = 1
    school, other = make_petition(title="School"), make_petition(title="Other")
    immediate_actions.set_limits(school, burst=3, sustained=None, by=None)

    for number in range(1, 5):
        sign(school, number)
    for number in range(1, 3):
        sign(other, number)

    quarantined = ("quarantined", "burst")
    found = decisions()
    assert found == [("", "")] * 3 + [quarantined] + [("", ""), quarantined]
    immediate_actions.set_limits(school, burst=1, sustained=1, by=None)
    assert decisions() == found  # earlier signatures stay as they are


def test_the_limit_of_a_day_holds_in_every_language(settings):
    settings.SIGNING_SUSTAINED = 100
    petition = make_petition()
    french = make_translation(petition, "fr")
    immediate_actions.set_limits(french, burst=None, sustained=2, by=None)
    petition, french = (Petition.objects.get(pk=each.pk) for each in (petition, french))

    for number in range(1, 4):
        sign(petition, number)
    sign(french, 4)

    assert [reason for _moderation, reason in decisions()] == ["", "", "sustained", "sustained"]


def test_empty_limits_are_those_of_the_settings_again(settings):
    settings.SIGNING_BURST = 3
    petition = make_petition()
    immediate_actions.set_limits(petition, burst=1, sustained=1, by=None)
    immediate_actions.set_limits(petition, burst=None, sustained=None, by=None)

    for number in range(1, 4):
        sign(petition, number)

    assert decisions() == [("", "")] * 3


def test_own_limits_cost_signing_no_query():
    petition = make_petition()
    sign(petition, 9)  # the first signature makes the daily key
    numbers = []
    for burst in (None, 50):
        Tally.objects.update(burst_limit=burst)
        fresh = Petition.objects.get(pk=petition.pk)
        with CaptureQueriesContext(connection) as queries:
            sign(fresh, len(numbers) + 1)
        numbers.append(len(queries))

    assert numbers[0] == numbers[1]
