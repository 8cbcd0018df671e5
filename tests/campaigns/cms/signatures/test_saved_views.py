"""Saved views: one's own or shared with a collection, and nothing personal in them."""

from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import Collection

from campaigns.models import SavedView
from tests.campaigns.cms.browsing import said, searched
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.campaigns.cms.signatures.test_listing import INDEX, RESULTS

SAVE = reverse("save_signature_view")


def save(client, query="state=pending&country=DE", **fields):
    return client.post(f"{SAVE}?{query}", {"name": "Germans", "collection": "", **fields})


def shown(client):
    return {each["name"]: each["url"] for each in client.get(RESULTS).context["view"].saved_views}


def delete_url(view):
    return reverse("delete_signature_view", args=[view.pk])


def test_a_view_is_ones_own_unless_it_is_shared(teams, people, browse):
    river, colleague = browse(people.river_manager), browse(people.manager)

    response = save(river)

    address = f"{INDEX}?country=DE&state=pending"
    assert (response.status_code, response.url) == (302, address)
    assert shown(river) == {"Germans": address}
    assert shown(colleague) == {}
    page = river.get(address)
    assert page.status_code == 200
    assert f'href="{escape(address)}"' in page.content.decode()
    assert "Germans" in page.content.decode()


def test_who_may_view_the_signatures_of_the_collection_sees_a_shared_one(teams, people, browse):
    make_team("Forest team", teams.forest, "view_signatures")
    make_team("Writers", teams.river, "add", "change")
    foreign = make_user("foreign", "Forest team")
    save(browse(people.river_manager), collection=teams.river.pk, name="Shared")
    save(browse(people.river_manager), name="Own")

    seen = {
        person.username: sorted(shown(browse(person)))
        for person in (people.river_manager, people.manager, people.administrator, foreign)
    }

    assert seen == {
        "river": ["Own", "Shared"],
        "manager": ["Shared"],
        "admin": ["Shared"],
        "foreign": [],
    }
    assert browse(make_user("writer", "Writers")).get(SAVE).status_code == 404


def test_a_view_stays_its_owners_when_the_collection_is_deleted(teams, people, browse):
    city = Collection.get_first_root_node().add_child(name="City")
    grant(Group.objects.get(name="River team"), city, "view_signatures")
    river, colleague = browse(people.river_manager), browse(people.manager)
    save(river, collection=city.pk)
    save(river)
    before = list(shown(colleague))

    city.delete()
    again = save(river)

    assert (before, list(shown(colleague)), list(shown(river))) == (["Germans"], [], ["Germans"])
    assert (again.status_code, SavedView.objects.count()) == (302, 2)


def test_nobody_shares_with_a_collection_that_is_none_of_theirs(teams, people, browse):
    client = browse(people.river_manager)

    page = client.get(f"{SAVE}?state=pending").content.decode()
    response = save(client, collection=teams.forest.pk)

    assert "Forest" not in page
    assert response.status_code == 422
    assert 'value="Germans"' in response.content.decode()
    assert not SavedView.objects.exists()


def test_what_was_typed_and_what_is_of_one_signature_is_not_saved(teams, people, browse):
    client = browse(people.river_manager)
    query = searched(client, "lovelace", state="pending")
    more = f"&search={query['search']}&group=reason.{teams.ada.pk}&like=name.{teams.ada.pk}&p=last"

    save(client, f"state=pending&utm_source=x&page=&q=ada{more}")

    assert SavedView.objects.get().filters == "state=pending"


def test_without_a_filter_there_is_nothing_to_save(teams, people, browse):
    for query in ("", "state=", "search=x", "nonsense=1"):
        client = browse(people.river_manager)

        client.post(f"{SAVE}?{query}", {"name": "All"})

        assert "There is nothing to save yet" in said(client), query
        assert not SavedView.objects.exists(), query


def test_pressing_twice_saves_once(teams, people, browse):
    client = browse(people.river_manager)

    save(client)
    save(client)

    assert SavedView.objects.count() == 1


def test_only_its_owner_deletes_a_view(teams, people, browse):
    save(browse(people.river_manager), collection=teams.river.pk)
    view = SavedView.objects.get()

    refused = [browse(people.administrator).post(delete_url(view)).status_code]
    asked = browse(people.river_manager).get(delete_url(view))
    there = SavedView.objects.exists()
    browse(people.river_manager).post(delete_url(view))

    assert (refused, asked.status_code, there) == ([404], 200, True)
    assert "The colleagues with whom it is shared lose it, too." in asked.content.decode()
    assert not SavedView.objects.exists()


def test_the_shared_view_of_who_has_left_is_deleted_by_who_may_use_it(teams, people, browse):
    make_team("Forest team", teams.forest, "view_signatures")
    save(browse(people.river_manager), collection=teams.river.pk)
    view = SavedView.objects.get()
    User.objects.filter(pk=people.river_manager.pk).update(is_active=False)
    colleague = browse(people.manager)

    refused = browse(make_user("foreign", "Forest team")).post(delete_url(view)).status_code
    offered = delete_url(view) in colleague.get(INDEX).content.decode()
    colleague.post(delete_url(view))

    assert (refused, offered) == (404, True)
    assert not SavedView.objects.exists()


def test_a_view_of_a_foreign_petition_shows_nothing_of_it(teams, people, browse):
    save(browse(people.manager), f"petition={teams.theirs.pk}", collection=teams.river.pk)
    client = browse(people.river_manager)

    page = client.get(shown(client)["Germans"])

    assert list(page.context["object_list"]) == []
    assert "Spare the forest" not in page.content.decode()
