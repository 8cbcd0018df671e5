"""What tests share is there for each of them as it was made, and for no other test."""

import pytest
from django.db import connection

from campaigns.models import Petition
from tests.campaigns.cms.conftest import people, teams

__all__ = ["people", "teams"]
TITLES = ["Free the river", "Spare the forest"]


def titles() -> list[str]:
    return sorted(Petition.objects.values_list("title", flat=True))


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_changes_is_not_changed_for_the_next(time, teams):
    assert (teams.ours.title, titles()) == (TITLES[0], TITLES)

    teams.ours.title = "Changed"
    Petition.objects.update(title="Changed")


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_ends_its_connection_ends_no_other(time, people, teams):
    assert titles() == TITLES

    connection.close()


def test_who_does_not_ask_for_it_does_not_find_it(db):
    assert titles() == []


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_makes_its_own(teams):
    connection.close()

    assert titles() == TITLES
