"""Editors request actions that the public sees; those with *Control* grant or decline them."""

from django.utils import timezone, translation
from django.utils.formats import date_format
from wagtail.models import GroupCollectionPermission, ModelLogEntry
from wagtail.users.models import UserProfile

from campaigns.cms.petitions.asking import ASKABLE
from campaigns.models import ActionRequest, Petition, State, Tally
from campaigns.petitions import immediate_actions, panels
from tests.campaigns.cms.browsing import HOME, said, url
from tests.campaigns.cms.petitions.test_actions import CASES, is_done, ready_for
from tests.campaigns.pages.test_victory import picture
from tests.database import taken_back
from tests.factories import make_campaign

__all__ = ["picture"]


def ask(client, petition, verb, **values):
    return client.post(url(f"ask_{verb}", petition.pk), values)


def answer(client, request, word):
    return client.post(url("answer", request.petition_id, request.pk), {"answer": word})


def home(client):
    return client.get("/admin/").content.decode()


def test_an_editor_asks_and_a_moderator_grants(teams, people, browse):
    editor, moderator = browse(people.editor), browse(people.moderator)
    made = {action.verb: ready_for(action, teams) for action in ASKABLE}
    for action in ASKABLE:
        petition, values = made[action.verb]
        data = {name: getattr(value, "pk", value) for name, value in values.items()}
        refused = editor.post(url(action.verb, petition.pk), data)
        assert (refused.status_code, refused.url) == HOME, action.verb
        asked = ask(editor, petition, action.verb, comment=f"I ask to {action.verb}.", **data)
        assert (asked.status_code, is_done(action, petition)) == (302, False), action.verb

    shown = home(moderator)
    for request in ActionRequest.objects.all():
        granted = answer(moderator, request, "grant")
        assert granted.status_code == 302, request.verb

    for action in ASKABLE:
        petition, words = made[action.verb][0], f"I ask to {action.verb}."
        assert is_done(action, petition), action.verb
        assert words in shown
        assert made[action.verb][1].get("words", "") in shown, action.verb
        entries = ModelLogEntry.objects.filter(action__startswith="petition.")
        asked, done = entries.filter(object_id=petition.pk).order_by("pk")
        assert (asked.action, asked.user) == ("petition.ask", people.editor)
        assert (done.action, done.user) == (f"petition.{action.verb}", people.moderator)
        assert words in str(asked.message), action.verb
        assert CASES[action.verb].entry in str(done.message), action.verb
    history = moderator.get(url("history", petition.pk)).content.decode()
    assert words in history
    assert CASES[action.verb].entry in history
    assert home(editor).count("Granted by moderator") == len(ASKABLE)


def test_a_request_is_declined_and_the_editor_reads_it(teams, people, browse):
    editor, moderator = browse(people.editor), browse(people.moderator)
    ask(editor, teams.ours, "pause")
    waiting = home(editor)

    answer(moderator, ActionRequest.objects.get(), "decline")

    assert "Waits for a moderator" in waiting
    assert "Declined by moderator" in home(editor)
    assert Petition.objects.get(pk=teams.ours.pk).state == State.OPEN
    assert "Declined the request for “Pause”" in (
        moderator.get(url("history", teams.ours.pk)).content.decode()
    )


def test_asking_and_answering_twice_happens_once_and_the_comment_is_for_staff_alone(
    teams, people, client, browse
):
    make_campaign(teams.ours)
    editor, moderator = browse(people.editor), browse(people.moderator)
    ask(editor, teams.ours, "pause", comment="They sue us.")
    again = ask(editor, teams.ours, "pause")
    request = ActionRequest.objects.get()
    read_by_staff = home(moderator)

    answer(moderator, request, "grant")
    late = answer(moderator, request, "decline")

    assert (again.status_code, late.status_code) == (302, 302)
    assert "granted by moderator" in said(moderator)
    assert ModelLogEntry.objects.filter(action="petition.pause").count() == 1
    assert ActionRequest.objects.get().granted is True
    assert "They sue us." in read_by_staff
    for path in (teams.ours.get_absolute_url(), teams.ours.campaign_pages.get().url):
        page = client.get(path).content.decode()
        assert ("They sue us." in page, "not collecting signatures" in page) == (False, True)


def test_what_the_state_of_the_petition_adds_is_read_by_whoever_acts_and_whoever_grants(
    teams, people, browse
):
    paused = "The petition is also paused: even after it is reopened, nobody can sign until"
    replied = "The reply to it is deleted as well, and the page no longer shows it."
    cases = {"close": paused, "undo_victory": paused, "undo_handover": replied}
    editor, moderator = browse(people.editor), browse(people.moderator)
    tallies, read = Tally.objects.filter(petition=teams.ours), {}

    for verb in cases:
        tallies.update(won_at=timezone.now() if verb == "undo_victory" else None)
        for moment in (None, timezone.now()):
            tallies.update(paused_at=moment, handed_over_at=timezone.now(), replied_at=moment)
            ask(editor, teams.ours, verb)
            request = ActionRequest.objects.get(verb=verb)
            paths = (url(verb, teams.ours.pk), url("answer", teams.ours.pk, request.pk), HOME[1])
            read[verb, bool(moment)] = [
                cases[verb] in moderator.get(path).content.decode() for path in paths
            ]
        request.delete()

    assert read == {(verb, said): [said] * 3 for verb in cases for said in (False, True)}


def test_what_has_become_impossible_is_not_granted(teams, people, browse):
    ask(browse(people.editor), teams.ours, "pause")
    immediate_actions.close(teams.ours, by=people.moderator)
    client = browse(people.moderator)

    answer(client, ActionRequest.objects.get(), "grant")

    assert "is not possible at the moment" in said(client)
    assert ActionRequest.objects.get().granted is None


def test_what_somebody_does_without_the_request_is_granted_with_it(teams, people, browse):
    editor, moderator = browse(people.editor), browse(people.moderator)
    ask(editor, teams.ours, "pause")
    ask(editor, teams.ours, "move", collection=teams.forest.pk)

    moderator.post(url("pause", teams.ours.pk))
    moderator.post(url("resume", teams.ours.pk))
    moderator.post(url("move", teams.ours.pk), {"collection": teams.river.get_parent().pk})

    # The petition can still be moved to where it was asked for.
    left = [request.verb for request in ActionRequest.objects.filter(granted=None)]
    assert left == ["move"]
    assert "Granted by moderator" in home(editor)


def test_a_move_needs_somebody_who_controls_both_collections(teams, people, browse):
    ask(browse(people.editor), teams.ours, "move", collection=teams.forest.pk)
    request, client = ActionRequest.objects.get(), browse(people.river_manager)

    shown = [home(client), client.get(url("answer", teams.ours.pk, request.pk)).content.decode()]
    answer(client, request, "grant")
    refused = said(client)
    answer(browse(people.moderator), request, "grant")

    assert ["Forest" in page for page in shown] == [True, True]
    assert "by somebody who may control petitions in both." in refused
    assert Petition.objects.get(pk=teams.ours.pk).collection == teams.forest


def test_only_who_controls_the_petition_answers(teams, people, editor, browse):
    ask(browse(people.editor), teams.theirs, "pause")
    request = ActionRequest.objects.get()

    for person, status in ((people.editor, 302), (people.river_manager, 404)):
        client = browse(person)
        assert answer(client, request, "grant").status_code == status
        assert "Grant" not in home(client)
    assert ActionRequest.objects.get().granted is None


def test_a_form_offers_to_ask_only_to_those_who_may_not_act(teams, people):
    """It shows them (test_the_editor_says_where_the_petition_stands)."""
    found = {}
    for user in (people.editor, people.moderator):
        box = panels.status(teams.ours, user)
        paths = [{path for _label, path in box[name]} for name in ("askable", "controls")]
        asks, acts = url("ask_pause", teams.ours.pk), url("pause", teams.ours.pk)
        found[user.username] = [asks in paths[0], acts in paths[1]]

    assert found == {"editor": [True, False], "moderator": [False, True]}


def test_editors_do_not_control_petitions(people):
    rights = GroupCollectionPermission.objects.filter(group__name="Editors")

    assert not rights.filter(permission__codename="control_petition").exists()


def test_a_victory_that_is_asked_for_shows_its_words_to_the_moderator(teams, people, browse):
    day = timezone.localdate().isoformat()
    ask(browse(people.editor), teams.ours, "declare_victory", words="The dam is off.", day=day)
    request = ActionRequest.objects.get()

    shown = browse(people.moderator).get(url("answer", teams.ours.pk, request.pk))

    assert "The dam is off." in shown.content.decode()
    assert Petition.objects.get(pk=teams.ours.pk).state == State.OPEN


def test_who_may_choose_no_picture_grants_the_one_that_was_asked_for(
    teams, people, editor, picture, browse
):
    sent = {"words": "Won.", "day": timezone.localdate().isoformat(), "picture": picture.pk}
    manager, seen = browse(people.manager), []

    # The second may choose no picture, either, and sends one that the form does not offer.
    for asking in (people.editor, editor):
        with taken_back():
            ask(browse(asking), teams.ours, "declare_victory", **sent)
            request = ActionRequest.objects.get()
            shown = manager.get(url("answer", teams.ours.pk, request.pk)).content.decode()
            answer(manager, request, "grant")
            tally = Tally.objects.get(petition=teams.ours)
            seen.append((picture.title in shown, tally.won_words, tally.won_image))

    assert seen == [(True, "Won.", picture), (False, "Won.", None)]


def test_a_day_is_asked_for_in_one_language_and_granted_in_another(teams, people, browse):
    UserProfile.get_for_user(people.editor)
    UserProfile.objects.filter(user=people.editor).update(preferred_language="ru")
    today = timezone.localdate()
    with translation.override("ru"):
        typed = date_format(today, "DATE_FORMAT")

    ask(browse(people.editor), teams.ours, "declare_victory", words="Won.", day=typed)
    request = ActionRequest.objects.get()
    answer(browse(people.moderator), request, "grant")

    assert request.values["day"] == today.isoformat()
    assert Petition.objects.get(pk=teams.ours.pk).state == State.WON
