"""A draft petition waits with its page, and exactly what was submitted is published."""

import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.urls import reverse
from wagtail.admin.icons import get_icons
from wagtail.models import Collection, WorkflowState

from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.models import CampaignPage, Petition, StaffNotice, State
from tests.arranged import MAKERS, Arranged
from tests.campaigns.cms.browsing import form_data as petition_data
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.pages.test_approval import act, offered, submit
from tests.campaigns.cms.pages.test_publishing import form_data
from tests.database import taken_back
from tests.factories import make_article, make_campaign, make_petition


@pytest.fixture
def waiting_page(teams, people, arrangement: Arranged) -> SimpleNamespace:
    return arrangement("waiting_page")


@pytest.fixture
def page(waiting_page) -> CampaignPage:
    """A page that an editor has submitted with its draft petition."""
    return waiting_page.page


@pytest.fixture
def draft(page) -> Petition:
    return page.petition


def make_waiting_page() -> SimpleNamespace:
    river = Collection.objects.get(name="River")
    draft = make_petition(title="A draft", live=False, collection=river)
    page = make_campaign(draft, live=False)
    return SimpleNamespace(page=submit(page, User.objects.get(username="editor")))


MAKERS |= {"waiting_page": make_waiting_page}


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


def icon_of(shown, words):
    """Return the icon of the message that has these words, if Wagtail's sprite has it."""
    messages = BeautifulSoup(shown, "html.parser").select(".messages li")
    found = next(each for each in messages if words in each.get_text())
    name = found.select_one("use")["href"]
    return name if f'id="{name[1:]}"' in get_icons() else None


def states(*subjects):
    return [WorkflowState.objects.for_instance(each).latest("pk").status for each in subjects]


def test_the_petition_waits_and_one_notice_is_enough(page, draft, people, browse):
    editor = browse(people.editor)

    assert states(page, draft) == ["in_progress", "in_progress"]
    about = {notice.workflow_state.content_object for notice in StaffNotice.objects.all()}
    assert {type(each).__name__ for each in about} == {"Page"}
    assert "The petition waits for approval, with this page." in (
        editor.get(edit(page)).content.decode()
    )
    assert browse(people.moderator).get(page.url or "/none/").status_code == 404
    # Meanwhile, the editor cannot change the letter.
    people.editor.groups.add(*people.river_manager.groups.all())
    locked = editor.get(url("edit", draft.pk)).content.decode()
    assert "currently awaiting moderation" in locked
    assert "content-locked" in locked
    # Whoever controls it can still do so at once.
    assert url("move", draft.pk) in locked
    answer = editor.post(url("edit", draft.pk), petition_data(opening="Something else."))
    assert "could not be saved as it is locked" in answer.content.decode()
    assert fresh(draft).get_latest_revision_as_object().opening == draft.opening
    act(browse(people.moderator), page, "approve")  # the page only
    alone = editor.get(edit(page)).content.decode()
    assert "The petition still waits for approval." in alone
    assert "with this page" not in alone


def test_the_petition_is_published_as_it_was_submitted_or_waits_longer_than_its_page(
    page, draft, people, browse
):
    with taken_back():
        act(browse(people.moderator), page, "approve")
        assert states(page, draft) == ["approved", "in_progress"]
        assert (fresh(page).live, fresh(draft).live) == (True, False)

    act(browse(people.moderator), page, WITH_PETITION)

    assert (fresh(page).live, fresh(draft).state) == (True, State.OPEN)
    assert states(page, draft) == ["approved", "approved"]
    waiting = draft.workflow_states.get().task_states.get()
    assert fresh(draft).live_revision == waiting.revision


def test_a_petition_that_was_changed_since_is_not_published_with_the_page(
    page, draft, people, browse
):
    changed = fresh(draft)
    changed.opening = "Typed meanwhile."
    changed.save_revision(user=people.administrator)
    client = browse(people.moderator)

    act(client, page, WITH_PETITION)

    assert "Approve the page and publish its petition" not in offered(page, people.moderator)
    assert (fresh(page).live, fresh(draft).live) == (False, False)
    assert "was changed after it was submitted" in client.get(edit(page)).content.decode()


def test_a_page_that_was_changed_since_is_approved_in_its_form_and_not_unseen(people, browse):
    page = submit(make_campaign(live=False), people.editor)
    page.title = "A moderator's title"
    page.save_revision(user=people.administrator)
    client = browse(people.moderator)

    answer = act(client, page, "approve")

    assert (answer.status_code, answer.url) == (302, edit(page))
    assert not fresh(page).live
    shown = client.get(edit(page)).content.decode()
    assert "was changed in the meantime, and nothing was approved" in shown
    assert "has saved changes after that" in shown
    # The form publishes what it shows.
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    data = form_data(page.petition, title="A moderator's title", slug=page.slug)
    client.post(edit(page), {**data, **pressed})
    assert (fresh(page).live, fresh(page).title) == (True, "A moderator's title")


def test_the_petition_goes_back_is_submitted_again_and_withdrawn_with_its_page(
    page, draft, people, browse
):
    act(browse(people.moderator), page, "reject", comment="Shorter, please.")

    client = browse(people.editor)
    for path in (edit(page), url("edit", draft.pk)):
        shown = client.get(path).content.decode()
        assert icon_of(shown, "moderator asks for changes") == "#icon-warning"
        assert "Shorter, please." in shown
    assert client.post(url("edit", draft.pk), petition_data()).status_code == 302
    assert states(page, draft) == ["needs_changes", "needs_changes"]
    client.post(edit(page), {**form_data(draft), "action-submit": "true"})
    assert states(page, draft) == ["in_progress", "in_progress"]
    assert "Shorter, please." not in client.get(edit(page)).content.decode()
    client.post(edit(page), {**form_data(draft), "action-cancel-workflow": "true"})
    assert states(page, draft) == ["cancelled", "cancelled"]


def test_a_petition_that_waits_for_another_reason_goes_on_waiting(teams, people, browse):
    draft = make_petition(title="A draft", live=False, collection=teams.river)
    article = make_article(live=False, body=[("petition", {"petition": draft})])
    campaign = make_campaign(draft, live=False)
    for first in ([campaign, article], [article, campaign], [draft, article]):
        kept = [draft] if draft in first else [draft, campaign]
        with taken_back():
            for subject in first:
                submit(fresh(subject), people.editor)
            with taken_back():
                act(browse(people.moderator), fresh(article), "reject", comment="Too long.")
                assert states(*kept) == ["in_progress"] * len(kept), first
                assert states(article) == ["needs_changes"], first
            fresh(article).current_workflow_state.cancel(user=people.editor)
            assert states(*kept) == ["in_progress"] * len(kept), first
            assert states(article) == ["cancelled"], first


def test_another_teams_petition_does_not_wait(teams, people, editors):
    people.visitor.groups.add(*people.editor.groups.all())
    stranger = make_petition(title="Theirs", live=False, collection=teams.forest)
    people.editor.groups.clear()

    page = submit(make_campaign(stranger, live=False), people.editor)

    assert states(page) == ["in_progress"]
    assert not WorkflowState.objects.for_instance(stranger).exists()


def test_a_moderator_sees_what_was_submitted_and_is_asked_about_both(page, draft, people, browse):
    client = browse(people.moderator)

    shown = client.get(edit(page)).content.decode()

    assert icon_of(shown, "editor has submitted this") == "#icon-info"
    assert "Its petition “A draft” waits with it." in shown
    task = page.current_workflow_task
    for path in (
        reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, task.pk]),
        url("workflow_preview", draft.pk, task.pk),
    ):
        assert path in shown
        assert client.get(path).status_code == 200
    assert offered(page, people.moderator) == [
        "Request changes",
        "Approve the page and publish its petition",
        "Approve the page only",
    ]
    # The form offers it, too (test_going_public.py).
    assert "Approve the page and publish its petition" in shown
    assert "Approve the page only" in shown
    assert "Approve the page only and" not in shown


def test_a_moderator_compares_it_with_what_is_public(teams, people, browse):
    page = make_campaign(teams.ours)
    page.title = "Another title"
    submit(page, people.editor)
    client = browse(people.moderator)

    shown = client.get(edit(page)).content.decode()

    assert "Another title" in client.get(compared(shown)).content.decode()


def compared(shown):
    """The only link to a comparison with what is public."""
    [path] = re.findall(r'class="note-link" href="([^"]*/compare/live[^"]*)"', shown)
    return path
