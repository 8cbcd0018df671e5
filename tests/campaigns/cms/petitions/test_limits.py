"""Staff set a petition's limits for signatures from one network; earlier signatures stay as is."""

import pytest
from wagtail.models import ModelLogEntry

from campaigns.models import Tally
from tests.campaigns.cms.browsing import url

pytestmark = pytest.mark.django_db


def test_limits_are_numbers_that_make_sense_and_empty_ones_are_the_sites(
    teams, people, browse, settings
):
    settings.SIGNING_BURST, settings.SIGNING_SUSTAINED = 7, 70
    client = browse(people.moderator)
    path = url("set_limits", teams.ours.pk)

    asked = client.get(path).content.decode()
    wrong = [{"burst": "0"}, {"burst": "many"}, {"sustained": "5001"}, {"sustained": "6"}]
    refused = [client.post(path, answer) for answer in wrong]
    client.post(path, {"burst": "30", "sustained": ""})
    again = client.get(path).content.decode()
    client.post(path, {})

    for limit in (7, 70):
        assert f"If empty, the limit of the site applies: {limit}." in asked
    assert [answer.status_code for answer in refused] == [422] * 4
    assert "at least as high" in refused[3].content.decode()
    assert 'value="30"' in again
    tally = Tally.objects.get(petition=teams.ours)
    assert (tally.burst_limit, tally.sustained_limit) == (None, None)
    entries = ModelLogEntry.objects.filter(action="petition.set_limits").order_by("pk")
    assert [entry.data for entry in entries] == [
        {"burst": 30, "sustained": 70},
        {"burst": 7, "sustained": 70},
    ]


@pytest.mark.parametrize("verb", ["resume", "undo_victory"])
def test_what_has_nothing_to_do_says_so(verb, teams, people, browse):
    response = browse(people.moderator).post(url(verb, teams.ours.pk), follow=True)

    assert "Nothing was changed" in response.content.decode()
    assert not ModelLogEntry.objects.filter(action=f"petition.{verb}").exists()
