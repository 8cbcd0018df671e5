from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Collection, Locale, ModelLogEntry, Revision

from campaigns import scheduling
from campaigns.models import Petition, State, Tally
from campaigns.petitions import immediate_actions
from campaigns.petitions.actions import ACTIONS
from tests.factories import make_petition, make_translation

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_user("editor")


def state(petition):
    return Petition.objects.get(pk=petition.pk).state


def logged():
    entries = ModelLogEntry.objects.filter(action__startswith="petition.").order_by("pk")
    return [(entry.action, entry.user and entry.user.username) for entry in entries]


@pytest.mark.parametrize(
    ("there", "back", "name"),
    [("pause", "resume", State.PAUSED), ("declare_victory", "undo_victory", State.WON)],
)
def test_there_and_back_again_at_once(there, back, name, editor):
    petition = make_petition()

    getattr(immediate_actions, there)(petition, by=editor)
    assert (state(petition), petition.state) == (name, name)
    getattr(immediate_actions, back)(petition, by=editor)

    assert state(petition) == State.OPEN
    assert logged() == [(f"petition.{there}", "editor"), (f"petition.{back}", "editor")]


def test_an_open_petition_stays_open_when_its_signatures_are_handed_over(editor):
    petition = make_petition()

    immediate_actions.record_handover(petition, by=editor)
    handed_over = state(petition)
    immediate_actions.undo_handover(petition, by=editor)

    assert (handed_over, state(petition)) == (State.OPEN, State.OPEN)


def test_when_a_victory_is_undone_the_times_decide_again(editor):
    petition = make_petition(closes_at=timezone.now() + timedelta(days=1))
    immediate_actions.declare_victory(petition, by=editor)
    Petition.objects.update(closes_at=timezone.now() - timedelta(days=1))
    won = state(petition)

    immediate_actions.undo_victory(petition, by=editor)

    assert (won, state(petition)) == (State.WON, State.CLOSED)


@pytest.mark.parametrize("verb", ["pause", "declare_victory", "close"])
def test_doing_it_twice_keeps_the_first_moment_and_one_entry(verb, editor):
    petition = make_petition()

    getattr(immediate_actions, verb)(petition, by=editor)
    before = list(Petition.objects.values("closes_at")), petition.tally.paused_at
    getattr(immediate_actions, verb)(petition, by=editor)

    assert (list(Petition.objects.values("closes_at")), petition.tally.paused_at) == before
    assert logged() == [(f"petition.{verb}", "editor")]


def test_pausing_holds_in_every_language(editor):
    petition = make_petition()
    french = make_translation(petition, "fr")

    immediate_actions.pause(french, by=editor)

    assert state(petition) == state(french) == State.PAUSED
    assert ModelLogEntry.objects.get(action="petition.pause").object_id == str(petition.pk)


def test_closing_acts_on_the_published_row(editor):
    petition = make_petition()

    immediate_actions.close(petition, by=editor)

    assert state(petition) == State.CLOSED
    assert timezone.now() - Petition.objects.get().closes_at < timedelta(seconds=5)
    assert not Petition.objects.get().has_unpublished_changes


def test_a_draft_cannot_undo_the_closing(editor):
    petition = make_petition(closes_at=timezone.now() + timedelta(days=9))
    petition.title = "A better title"
    petition.save_revision()

    immediate_actions.close(petition, by=editor)
    row = Petition.objects.get()
    assert row.has_unpublished_changes
    row.get_latest_revision().publish()

    assert (Petition.objects.get().title, state(petition)) == ("A better title", State.CLOSED)


def test_a_version_that_was_scheduled_leaves_nothing_unpublished(editor):
    petition = make_petition(closes_at=None)
    petition.title, petition.go_live_at = "A better title", timezone.now() + timedelta(days=1)
    petition.save_revision().publish()

    immediate_actions.close(petition, by=editor)
    scheduled = Revision.objects.get(approved_go_live_at__isnull=False)
    scheduled.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    scheduled.content["go_live_at"] = scheduled.approved_go_live_at.isoformat()
    scheduled.save(update_fields=["approved_go_live_at", "content"])
    scheduling.publish_due()

    row = Petition.objects.get()
    shown = (row.title, row.state, row.has_unpublished_changes)
    assert shown == ("A better title", State.CLOSED, False)


def test_no_kept_version_can_undo_the_closing(editor):
    petition = make_petition(closes_at=None)
    first = petition.get_latest_revision()
    petition.closes_at = timezone.now() + timedelta(days=9)
    second = petition.save_revision()

    immediate_actions.close(petition, by=editor)
    for revision in (first, second):
        revision.refresh_from_db()
        revision.publish()

        assert state(petition) == State.CLOSED


def test_a_version_that_closes_earlier_is_left_as_it_was(editor):
    petition = make_petition()
    long_ago = timezone.now() - timedelta(days=9)
    petition.closes_at = long_ago.replace(microsecond=0)
    old = petition.save_revision()

    immediate_actions.close(petition, by=editor)

    old.refresh_from_db()
    assert old.as_object().closes_at == long_ago.replace(microsecond=0)


def test_an_editor_can_open_it_again_on_purpose(editor):
    petition = make_petition()
    immediate_actions.close(petition, by=editor)

    row = Petition.objects.get()
    row.closes_at = timezone.now() + timedelta(days=1)
    row.save_revision().publish()

    assert state(petition) == State.OPEN


def test_what_is_not_open_yet_cannot_be_closed(editor):
    scheduled = make_petition(opens_at=timezone.now() + timedelta(days=1))
    draft = make_petition(title="A draft", live=False)
    paused = make_petition(title="Paused", opens_at=timezone.now() + timedelta(days=1))
    Tally.objects.filter(petition=paused).update(paused_at=timezone.now())
    close = next(action for action in ACTIONS if action.act is immediate_actions.close)

    for petition in (scheduled, draft, paused):
        assert not close.is_possible(petition), petition
        with pytest.raises(immediate_actions.NotNow):
            immediate_actions.close(petition, by=editor)

    assert state(paused) == State.PAUSED
    assert logged() == []


def test_moving_takes_all_languages_and_no_version_brings_it_back(editor):
    petition = make_petition()
    french = petition.copy_for_translation(Locale.objects.create(language_code="fr"))
    french.save()
    old = petition.get_latest_revision()
    forest = Collection.get_first_root_node().add_child(name="Forest")

    immediate_actions.move(french, forest, by=editor)
    old.publish()

    assert {row.collection for row in Petition.objects.all()} == {forest}
    entry = ModelLogEntry.objects.get(action="petition.move")
    assert entry.data == {"from": "", "to": "Forest"}
    immediate_actions.move(petition, forest, by=editor)
    assert logged() == [("petition.move", "editor")]
