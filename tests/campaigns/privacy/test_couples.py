"""Two people with one email address: only the data of the right one is handed out or erased."""

import pytest
from django.core.management import CommandError, call_command

from tests.campaigns.privacy.test_people import export, left
from tests.factories import make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def couple(river):
    river.shares_email = True
    river.save()
    return [
        make_signature(river, email="home@example.org", name=name, household_slot=household_slot)
        for household_slot, name in ((1, "Ada"), (2, "Ida"))
    ]


@pytest.mark.parametrize("command", ["export_person", "erase_person"])
def test_nobodys_data_goes_with_that_of_who_shares_their_email(couple, command):
    with pytest.raises(CommandError, match="Two people share this email address"):
        call_command(command, "home@example.org")

    assert len(left()) == 2


def test_one_of_two_is_named(couple, capsys):
    found = export("home@example.org", capsys, name="ida")
    call_command("erase_person", "home@example.org", name="Ida", yes=True)

    assert [row["name"] for row in found["signatures"]] == ["Ida"]
    assert left() == {couple[0].pk}


def test_both_go_when_both_are_meant(couple):
    call_command("erase_person", "home@example.org", both=True, yes=True)

    assert left() == set()
