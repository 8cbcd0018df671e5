"""A double click on any button in the CMS, while the database is slow, acts once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry, Page, PageLogEntry, WorkflowTask

from campaigns.cms.pages.approval import WITH_PETITION, Approval
from campaigns.models import Petition, StaffNotice, State, Tally
from campaigns.petitions.actions import ACTIONS
from tests import database
from tests.campaigns.cms.browsing import form_data, said, url
from tests.campaigns.cms.pages import test_publishing as pages
from tests.campaigns.cms.petitions.test_actions import is_done, ready_for
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

Subject = Page | Petition


def post(client: Client, path: str, data: dict[str, Any]) -> HttpResponse:
    try:
        return client.post(path, data)
    finally:
        connection.close()


def until_they_wait(number: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if database.waiting() >= number:
            return
        time.sleep(0.02)
    pytest.fail("The POSTs did not wait.")


def press_twice(clients: list[Client], subject: Subject, path: str, **data: Any) -> list[int]:
    """Send a double click, both POSTs of which wait for the same row; return the statuses."""
    rows = Page.objects if isinstance(subject, Page) else Petition.objects
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            rows.select_for_update(of=("self",)).get(pk=subject.pk)
            posts = [pool.submit(post, client, path, data) for client in clients]
            until_they_wait(2)
        answers = [each.result() for each in posts]
    return sorted(answer.status_code for answer in answers)


def submit(subject: Subject, people: Any) -> None:
    subject.get_workflow().start(subject, people.editor)


def send_back(subject: Subject, people: Any) -> None:
    submit(subject, people)
    subject.current_workflow_task_state.reject(user=people.moderator, comment="Shorter.")


@dataclass(frozen=True)
class Case:
    """A button of the form: the data that it sends, and the log entry that it makes only once."""

    pressed: str
    entry: str
    who: str = "moderator"
    given: Callable[[Subject, Any], None] = lambda subject, people: None
    action: str = ""
    is_live: bool = False
    notices: list[str] = field(default_factory=list)


CASES = {
    "publish": Case("action-publish", "wagtail.publish", is_live=True),
    "submit": Case("action-submit", "wagtail.workflow.start", "editor", notices=["task"]),
    "approve": Case(
        "action-workflow-action",
        "wagtail.workflow.approve",
        given=submit,
        action="approve",
        is_live=True,
        notices=["approved"],
    ),
    "reject": Case(
        "action-workflow-action",
        "wagtail.workflow.reject",
        given=submit,
        action="reject",
        notices=["rejected"],
    ),
    "cancel": Case("action-cancel-workflow", "wagtail.workflow.cancel", "editor", given=submit),
    "restart": Case(
        "action-restart-workflow",
        "wagtail.workflow.start",
        "editor",
        given=send_back,
        notices=["task"],
    ),
}


def make_draft(kind: str) -> Subject:
    petition = make_petition(title="A draft", live=kind == "page")
    if kind == "petition":
        return petition
    page = make_campaign(petition, live=False, title="A story")
    page.save_revision()
    return type(page).objects.get(pk=page.pk)


def form_of(subject: Subject) -> tuple[str, dict[str, Any]]:
    """The URL of the form, and the data from a browser that shows the newest revision."""
    newest = subject.get_latest_revision()
    loaded = {
        "loaded_revision_id": newest.pk,
        "loaded_revision_created_at": newest.created_at.isoformat(),
    }
    if isinstance(subject, Page):
        path = reverse("wagtailadmin_pages:edit", args=[subject.pk])
        return path, pages.form_data(subject.petition, slug=subject.slug, **loaded)
    return url("edit", subject.pk), form_data(**loaded)


def entries(subject: Subject, action: str) -> int:
    if isinstance(subject, Page):
        return PageLogEntry.objects.filter(page=subject.pk, action=action).count()
    return ModelLogEntry.objects.filter(object_id=str(subject.pk), action=action).count()


@pytest.mark.parametrize("kind", ["page", "petition"])
def test_a_button_that_is_pressed_twice_acts_once(kind, people, browse):
    for name, case in CASES.items():
        subject = make_draft(kind)
        case.given(subject, people)
        StaffNotice.objects.all().delete()
        before = entries(subject, case.entry)
        path, data = form_of(subject)
        pressed = {case.pressed: "true", "workflow-action-name": case.action}
        clients = [browse(getattr(people, case.who)) for _ in range(2)]

        statuses = press_twice(clients, subject, path, **data, **pressed)

        # After the workflow was cancelled, the second click shows the form again, unlocked.
        assert statuses == ([200, 302] if name == "cancel" else [302, 302]), name
        now = type(subject).objects.get(pk=subject.pk)
        assert entries(subject, case.entry) - before == 1, name
        assert now.live == case.is_live, name
        assert not (now.live and now.has_unpublished_changes), name
        kinds = StaffNotice.objects.order_by("kind").values_list("kind", flat=True)
        assert list(kinds) == case.notices, name
        assert sum("Nothing is done twice" in said(client) for client in clients) == 1, name


@pytest.mark.parametrize("kind", ["page", "petition"])
def test_a_double_click_on_the_start_page_acts_once(kind, people, browse):
    space = "wagtailadmin_pages" if kind == "page" else "wagtailsnippets_campaigns_petition"
    for action in ("approve", "reject"):
        subject = make_draft(kind)
        submit(subject, people)
        task = subject.current_workflow_task_state
        path = reverse(f"{space}:workflow_action", args=[subject.pk, action, task.pk])

        clients = [browse(people.moderator) for _ in range(2)]

        assert press_twice(clients, subject, path, comment="") == [302, 302], action
        assert entries(subject, f"wagtail.workflow.{action}") == 1, action


def test_a_page_and_its_petition_are_approved_once(people, browse):
    petition = make_petition(title="A draft", live=False)
    page = make_campaign(petition, live=False, title="A story")
    page.save_revision()
    submit(page, people)
    path, data = form_of(page)
    pressed = {"action-workflow-action": "true", "workflow-action-name": WITH_PETITION}

    clients = [browse(people.moderator) for _ in range(2)]

    assert press_twice(clients, page, path, **data, **pressed) == [302, 302]
    assert [entries(each, "wagtail.publish") for each in (page, petition)] == [1, 1]
    assert Petition.objects.get(pk=petition.pk).state == State.OPEN
    assert not Page.objects.get(pk=page.pk).has_unpublished_changes


def test_the_question_about_the_petition_is_answered_once(people, browse):
    for answer in ("both", "page"):
        page = make_campaign(make_petition(live=False), live=False)
        page.save_revision()
        path = reverse("publish_page_with_petition", args=[page.pk])

        clients = [browse(people.moderator) for _ in range(2)]
        seen = clients[0].get(path).context["form"]["seen"].value()

        assert press_twice(clients, page, path, publish=answer, seen=seen) == [302, 302], answer
        assert entries(page, "wagtail.publish") == 1, answer


def test_an_action_on_a_petition_is_done_once(teams, people, browse):
    for action in ACTIONS:
        verb = action.verb
        petition, answer = ready_for(action, teams)
        data = {name: getattr(value, "pk", value) for name, value in answer.items() if value}
        clients = [browse(people.administrator) for _ in range(2)]

        assert press_twice(clients, petition, url(verb, petition.pk), **data) == [302, 302], verb
        assert is_done(action, petition), verb
        assert ModelLogEntry.objects.filter(action=f"petition.{verb}").count() == 1, verb
        # The same limits may be set twice: the message is true both times.
        refused = 0 if verb == "set_limits" else 1
        assert sum("Nothing was changed" in said(client) for client in clients) == refused, verb


def test_a_double_click_does_not_approve_the_next_task_too(people, browse):
    page = make_draft("page")
    second = Approval.objects.create(name="Once more")
    second.groups.set(people.moderator.groups.all())
    WorkflowTask.objects.create(workflow=page.get_workflow(), task=second, sort_order=9)
    submit(page, people)
    path, data = form_of(page)
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    pressed["task_state"] = str(page.current_workflow_task_state.pk)

    press_twice([browse(people.moderator) for _ in range(2)], page, path, **data, **pressed)

    assert entries(page, "wagtail.workflow.approve") == 1
    assert page.current_workflow_task_state.task == second.task_ptr
    assert not Page.objects.get(pk=page.pk).live


@pytest.mark.django_db
def test_an_autosave_never_acts(people, browse):
    page = make_draft("page")
    submit(page, people)
    path, data = form_of(page)
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}

    answer = browse(people.moderator).post(
        path, {**data, **pressed}, headers={"accept": "application/json"}
    )

    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert not Page.objects.get(pk=page.pk).live
    assert page.current_workflow_task_state is not None


@pytest.mark.django_db
def test_what_was_typed_is_saved_though_somebody_else_was_faster(people, browse):
    page = make_draft("page")
    submit(page, people)
    path, data = form_of(page)
    page.current_workflow_task_state.approve(user=people.administrator)
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    client = browse(people.moderator)

    client.post(path, {**data, **pressed, "title": "Another title"})

    now = type(page).objects.get(pk=page.pk)
    assert (now.title, now.get_latest_revision_as_object().title) == ("A story", "Another title")
    assert "this was done already" in said(client)


@pytest.mark.django_db
def test_a_stranger_learns_no_title(teams, people, browse):
    submit(teams.theirs, people)
    task = teams.theirs.current_workflow_task_state
    task.approve(user=people.administrator)
    path = url("workflow_action", teams.theirs.pk, "approve", task.pk)
    client = browse(people.river_manager)

    assert client.post(path).status_code == 404
    assert "Spare the forest" not in client.get("/admin/").content.decode()


def test_signing_does_not_wait_for_staff(client, people):
    petition = make_petition()
    fields = {"name": "Ada", "email": "ada@example.org", "consent": "on", "country": "FR"}

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        list(Petition.objects.select_for_update(no_key=True))
        fields["version"] = petition.version.pk
        signing = pool.submit(post, client, petition.url_path("sign"), fields)
        assert signing.result(timeout=20).status_code == 303

    assert Tally.objects.get(petition=petition).signatures.count() == 1
