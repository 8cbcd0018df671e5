import json

import pytest
from django.urls import reverse
from wagtail.models import Locale, Revision

from campaigns.models import CampaignPage, Petition, State
from campaigns.petitions.texts import default_text
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.factories import make_campaign

SPACE = "wagtailsnippetchoosers_campaigns_petition"
NEW = {"title": "Save the bees", "ask": "Call on the minister.", "target": "The Minister"}


def url(view, *args):
    return reverse(f"{SPACE}:{view}", args=args)


@pytest.fixture
def editor(teams):
    make_team("River editors", teams.river, "add", "change")
    return make_user("anna", "River editors")


def answer(response):
    return json.loads(response.content)


def test_creating_makes_a_draft_and_chooses_it(teams, editor, browse):
    response = browse(editor).post(url("create"), NEW)

    assert answer(response)["step"] == "chosen"
    petition = Petition.objects.get(title="Save the bees")
    assert answer(response)["result"]["id"] == str(petition.pk)
    assert (petition.live, petition.state, petition.has_unpublished_changes) == (
        False,
        State.DRAFT,
        True,
    )
    assert petition.collection == teams.river
    assert petition.slug == "save-the-bees"
    assert [target.value["name"] for target in petition.targets] == ["The Minister"]
    revision = Revision.objects.for_instance(petition).get()
    assert (revision.user, revision.as_object().title) == (editor, "Save the bees")


def test_creating_needs_a_title_and_an_ask(editor, browse):
    response = browse(editor).post(url("create"), {"title": ""})

    assert answer(response)["step"] == "reshow_creation_form"
    assert Petition.objects.filter(live=False).count() == 0


def test_a_collection_where_one_may_not_add_is_refused(teams, editor, browse):
    grant(editor.groups.get(), teams.river.add_child(name="Upper river"), "add")

    response = browse(editor).post(url("create"), {**NEW, "collection": teams.forest.pk})

    assert answer(response)["step"] == "reshow_creation_form"
    assert "Forest" not in response.content.decode()


def test_without_the_right_to_add_there_is_no_create_tab(teams, people, browse):
    client = browse(people.river_manager)

    assert "Save the bees" not in client.get(url("choose")).content.decode()
    assert url("create") not in client.get(url("choose")).content.decode()
    assert client.post(url("create"), NEW).status_code == 302
    assert not Petition.objects.filter(title="Save the bees").exists()


@pytest.mark.parametrize("view", ["choose", "choose_results"])
def test_only_ones_own_petitions_are_listed_with_their_state(view, teams, editor, browse):
    page = browse(editor).get(url(view)).content.decode()

    assert "Free the river" in page
    assert "open" in page
    assert "Spare the forest" not in page


def test_searching_finds_nothing_foreign(teams, editor, browse):
    client = browse(editor)

    assert "Free the river" in client.get(url("choose_results"), {"q": "river"}).content.decode()
    foreign = client.get(url("choose_results"), {"q": "forest"}).content.decode()
    assert "Spare the forest" not in foreign


def test_a_foreign_petition_cannot_be_chosen(teams, editor, browse):
    client = browse(editor)

    assert client.get(url("chosen", teams.ours.pk)).status_code == 200
    assert client.get(url("chosen", teams.theirs.pk)).status_code == 404
    several = client.get(url("chosen_multiple"), {"id": [teams.ours.pk, teams.theirs.pk]})
    assert "Spare the forest" not in several.content.decode()


def test_it_is_created_in_the_language_of_the_page(teams, people, browse):
    french = Locale.objects.create(language_code="fr")
    page = make_campaign(teams.ours)
    CampaignPage.objects.filter(pk=page.pk).update(locale=french)
    editing = "http://testserver" + reverse("wagtailadmin_pages:edit", args=[page.pk])

    new = {**NEW, "collection": teams.river.pk}

    browse(people.editor).post(url("create"), new, headers={"referer": editing})
    browse(people.editor).post(url("create"), {**new, "title": "Another"})

    petition = Petition.objects.get(title="Save the bees")
    assert (petition.locale, petition.consent) == (french, default_text("consent", "fr"))
    assert Petition.objects.get(title="Another").locale == Locale.get_default()
