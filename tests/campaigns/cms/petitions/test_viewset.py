from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Petition, State
from campaigns.petitions import immediate_actions
from tests.campaigns.cms.browsing import HOME, url
from tests.factories import make_petition, make_translation


def test_the_list_shows_the_own_collection_only(teams, editor, publisher, browse):
    for user in (editor, publisher):
        response = browse(user).get(url("list"))

        assert list(response.context["object_list"]) == [teams.ours], user
        assert "Spare the forest" not in response.content.decode(), user


VIEWS = [
    "edit",
    "history",
    "history_results",
    "usage",
    "inspect",
    "delete",
    "unpublish",
    "preview_on_edit",
    "lock",
    "unlock",
    "workflow_history",
    "confirm_workflow_cancellation",
]


def test_a_foreign_petition_is_not_found_in_any_view(teams, publisher, browse):
    client = browse(publisher)

    for view in VIEWS:
        for ask in (client.get, client.post):
            response = ask(url(view, teams.theirs.pk))

            # Wagtail's preview refuses before our check, in its own way.
            status = response.status_code
            assert status in (404, 405) or (status, response.url) == HOME, view
            assert "Spare the forest" not in response.content.decode(), view


def test_a_foreign_petitions_versions_are_not_found(teams, publisher, browse):
    client = browse(publisher)
    pk, revision = teams.theirs.pk, teams.theirs.latest_revision_id

    for view, args in [
        ("revisions_view", [pk, revision]),
        ("revisions_revert", [pk, revision]),
        ("revisions_unschedule", [pk, revision]),
        ("revisions_compare", [pk, "earliest", "latest"]),
    ]:
        assert client.get(url(view, *args)).status_code == 404
        assert client.post(url(view, *args)).status_code in (404, 405)


def test_a_foreign_petition_cannot_be_controlled(teams, publisher, browse):
    client = browse(publisher)

    for verb in ("pause", "close", "declare_victory", "move"):
        assert client.get(url(verb, teams.theirs.pk)).status_code == 404, verb
        assert client.post(url(verb, teams.theirs.pk)).status_code == 404, verb
        assert Petition.objects.get(pk=teams.theirs.pk).state == State.OPEN, verb


def test_there_is_no_deleting_by_the_dozen(teams, people, publisher, browse):
    path = reverse("wagtail_bulk_action", args=["campaigns", "petition", "delete"])

    for user in (people.administrator, publisher):
        for pk in (teams.ours.pk, teams.theirs.pk):
            assert browse(user).get(f"{path}?id={pk}").status_code == 404
            assert browse(user).post(f"{path}?id={pk}").status_code == 404
    assert Petition.objects.count() == 2


def test_a_manager_sees_the_petition_and_does_not_edit_it(teams, people, browse):
    client = browse(people.river_manager)

    assert client.get(url("inspect", teams.ours.pk)).status_code == 200
    assert (client.get(url("edit", teams.ours.pk)).status_code) == 302
    page = client.get(url("list")).content.decode()
    assert url("inspect", teams.ours.pk) in page
    assert url("edit", teams.ours.pk) not in page


def test_one_and_three_petitions_take_the_same_queries(people, browse, django_assert_num_queries):
    client = browse(people.moderator)
    client.get(url("list"))
    with CaptureQueriesContext(connection) as two:
        client.get(url("list"))
    for title in ("One", "Two", "Three"):
        make_petition(title=title, goal=9)

    with django_assert_num_queries(len(two)):
        assert len(client.get(url("list")).context["object_list"]) == 5


def test_the_list_says_where_each_stands(teams, people, browse):
    type(teams.ours.tally).objects.filter(petition=teams.ours).update(total=12345, pending=67)

    page = browse(people.moderator).get(url("list")).content.decode()

    for shown in ("12,345", "67", "open", "River", "Forest"):
        assert shown in page


def test_filters_by_state_agree_with_the_state_of_each(people, browse, teams):
    tomorrow, yesterday = (timezone.now() + timedelta(days=n) for n in (1, -1))
    make_petition(title="Draft", live=False)
    make_petition(title="Scheduled", opens_at=tomorrow)
    make_petition(title="Closed", closes_at=yesterday)
    immediate_actions.pause(make_petition(title="Paused"), by=people.editor)
    immediate_actions.pause(make_petition(title="Paused and closed", closes_at=yesterday), by=None)
    immediate_actions.declare_victory(
        make_petition(title="Won", closes_at=yesterday), by=people.editor
    )
    original = make_petition(title="Original", live=False)
    make_translation(original, "fr")
    client = browse(people.moderator)

    for state in State:
        rows = [petition for petition in Petition.objects.all() if petition.state == state]
        expected = {petition.original.title for petition in rows}
        assert expected
        shown = client.get(url("list_results"), {"state": state.value})
        assert {p.title for p in shown.context["object_list"]} == expected


def test_a_collection_that_is_not_ones_own_is_no_filter(teams, editor, browse):
    response = browse(editor).get(url("list"), {"collection": teams.forest.pk})

    assert list(response.context["object_list"]) == []
    choices = response.context["filters"].form.fields["collection"].queryset
    assert list(choices) == [teams.river]


def test_searching_finds_by_title(teams, people, browse):
    response = browse(people.moderator).get(url("list"), {"q": "forest"})

    assert list(response.context["object_list"]) == [teams.theirs]


def test_a_collection_with_petitions_is_not_deleted(teams, people, browse):
    client = browse(people.administrator)
    delete = reverse("wagtailadmin_collections:delete", args=[teams.forest.pk])

    assert "1 petition" in client.get(delete).content.decode()
    client.post(delete)

    assert Petition.objects.get(pk=teams.theirs.pk).collection == teams.forest


def test_who_may_publish_a_petition_locks_it_and_who_may_not_finds_it_locked(
    teams, people, publisher, browse
):
    browse(people.editor).post(url("lock", teams.ours.pk))
    untouched = Petition.objects.get(pk=teams.ours.pk)

    browse(publisher).post(url("lock", teams.ours.pk))
    locked = Petition.objects.get(pk=teams.ours.pk)
    page = browse(people.editor).get(url("edit", teams.ours.pk))
    browse(publisher).post(url("unlock", teams.ours.pk))

    assert (untouched.locked, locked.locked, locked.locked_by) == (False, True, publisher)
    assert page.context["locked_for_user"]
    assert not Petition.objects.get(pk=teams.ours.pk).locked
