"""Staff set a petition's limits for signatures from one network; earlier signatures stay as is."""

import pytest
from bs4 import BeautifulSoup
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
    # The first form is still open in another tab.
    stale = client.post(path, {"burst": "20", "seen": hidden(asked)})
    stays = Tally.objects.get(petition=teams.ours).burst_limit
    late = client.post(path, {"burst": "20", "seen": hidden(stale.content.decode())})
    replaced = Tally.objects.get(petition=teams.ours).burst_limit
    client.post(path, {})

    for limit in (7, 70):
        assert f"If empty, the limit of the site applies: {limit}." in asked
    assert [answer.status_code for answer in refused] == [422] * 4
    assert "at least as high" in refused[3].content.decode()
    assert 'value="30"' in again
    assert (stale.status_code, stays, late.status_code, replaced) == (422, 30, 302, 20)
    assert "30 signatures in ten minutes, 70 in a day" in stale.content.decode()
    tally = Tally.objects.get(petition=teams.ours)
    assert (tally.burst_limit, tally.sustained_limit) == (None, None)
    entries = ModelLogEntry.objects.filter(action="petition.set_limits").order_by("pk")
    assert [entry.data for entry in entries] == [
        {"burst": 30, "sustained": 70},
        {"burst": 20, "sustained": 70},
        {"burst": 7, "sustained": 70},
    ]


def hidden(page):
    return BeautifulSoup(page, "html.parser").find("input", {"name": "seen"})["value"]


@pytest.mark.parametrize("verb", ["resume", "undo_victory"])
def test_what_has_nothing_to_do_says_so(verb, teams, people, browse):
    response = browse(people.moderator).post(url(verb, teams.ours.pk), follow=True)

    assert "Nothing was changed" in response.content.decode()
    assert not ModelLogEntry.objects.filter(action=f"petition.{verb}").exists()
