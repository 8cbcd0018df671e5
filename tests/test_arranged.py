"""What tests share is there for each of them as it was made, and for no other test."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from wagtail.search.backends import get_search_backend

from campaigns.models import Petition
from tests.arranged import MAKERS, Arranged
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


@pytest.mark.parametrize("people", [1, 30])
def test_who_does_not_ask_for_it_does_not_find_it(people, db):
    """A parameter may have the name of a fixture."""
    assert titles() == []
    assert User.objects.count() == 0


def test_what_cannot_be_made_leaves_nothing_open(db, monkeypatch):
    depth, arrangement = len(connection.atomic_blocks), Arranged()
    monkeypatch.setitem(MAKERS, "teams", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        arrangement.begin(["teams"])

    assert (arrangement.made, len(connection.atomic_blocks)) == ({}, depth)


@pytest.mark.parametrize("names", [["teams", "people"], ["teams"]])
def test_what_stays_is_still_in_the_index_when_the_rest_is_taken_back(
    names, request, arrangement, django_db_blocker
):
    with django_db_blocker.unblock():
        for each in (["teams", "people"], names):
            arrangement.begin(each)
        found = [each.title for each in get_search_backend().search("river", Petition)]
        arrangement.begin([])

    assert sorted(found) == TITLES  # both letters are about a river


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_makes_its_own(teams):
    connection.close()

    assert titles() == TITLES
