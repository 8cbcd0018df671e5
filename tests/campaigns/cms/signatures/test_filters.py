"""The filters of the list of signatures: by page, language, channel and site, with numbers."""

import pytest
from wagtail.models import Page

from campaigns.counting import arrivals, counting, surveying
from tests.campaigns.cms.signatures.test_listing import INDEX, found
from tests.factories import make_campaign, make_signature


def choices(client, name, **query):
    form = client.get(INDEX, query).context["filters"].form
    return {str(value): str(label) for value, label in form.fields[name].choices}


@pytest.fixture
def counted(teams):
    """What is counted of signatures in both teams."""
    for petition in (teams.ours, teams.theirs):
        make_signature(petition, email="1@example.org", name="Embedded", channel="embed")
        make_signature(petition, email="2@example.org", name="German", country="DE", language="fr")
        waiting = {"confirmed_at": None, "country": "DE"}
        make_signature(petition, email="3@example.org", name="Waiting", **waiting)
    counting.recount()
    surveying.survey()
    return teams


def test_beside_the_choices_stands_how_many_count(counted, people, browse):
    client = browse(people.river_manager)

    assert choices(client, "petition") == {
        "": "---------",
        str(counted.ours.pk): "Free the river (3)",
    }
    assert choices(client, "country")["DE"] == "Germany (1)"
    assert choices(client, "country")["FR"] == "France"
    assert choices(client, "channel")["embed"] == "embedded form (1)"
    assert choices(client, "channel")["form"] == "form (2)"
    # Of another team nothing is counted, not even for who names its petition.
    assert choices(client, "country", petition=counted.theirs.pk)["DE"] == "Germany"
    both = browse(people.manager)
    assert choices(both, "country")["DE"] == "Germany (2)"
    assert choices(both, "country", petition=counted.ours.pk)["DE"] == "Germany (1)"
    assert choices(both, "country", petition="9" * 40)["DE"] == "Germany (2)"


def test_language_channel_and_site_narrow_the_list_down(counted, people, browse):
    framed = {"channel": "embed", "framed_by": "shop.example.org"}
    make_signature(counted.ours, email="4@example.org", name="Framed", **framed)
    client = browse(people.river_manager)

    assert found(client, channel="embed") == ["Framed", "Embedded"]
    assert found(client, language="en", channel="embed") == ["Framed", "Embedded"]
    assert found(client, framed_by="SHOP.example.org") == ["Framed"]
    assert found(client, framed_by="example.org") == []


def test_only_pages_on_which_people_signed_are_offered(counted, people, browse):
    page, other = (make_campaign(each, title=each.title) for each in (counted.ours, counted.theirs))
    make_signature(counted.ours, email="5@example.org", name="On the page", page=page)
    make_signature(counted.theirs, email="5@example.org", name="Elsewhere", page=other)
    counting.recount()
    arrivals.roll_up()
    client = browse(people.river_manager)

    assert found(client, page=page.pk) == ["On the page"]
    assert list(choices(client, "page")) == ["", str(page.pk)]
    assert found(client, page=other.pk) == []
    assert found(client, page=Page.get_first_root_node().pk) == []
