"""Editors submit pages and petitions; moderators approve, and are asked about draft petitions."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Task, WorkflowContentType

from campaigns.cms.pages.approval import WITH_PETITION, Approval
from campaigns.models import CampaignPage, Petition, State
from tests.campaigns.cms.conftest import grant
from tests.factories import make_appeal, make_campaign, make_petition


@pytest.fixture
def draft(db, teams):
    return make_petition(title="A draft", live=False, collection=teams.river)


@pytest.fixture
def page(draft):
    return make_campaign(draft, live=False)


def submit(subject, user):
    subject.save_revision(user=user)
    subject.get_workflow().start(subject, user)
    return subject


def act(client, subject, action, **data):
    name = (
        "wagtailadmin_pages:workflow_action"
        if isinstance(subject, Page)
        else subject.snippet_viewset.get_url_name("workflow_action")
    )
    task = subject.current_workflow_task_state
    return client.post(reverse(name, args=[subject.pk, action, task.pk]), {"comment": "", **data})


def offered(subject, user):
    return [str(label) for _, label, _ in subject.current_workflow_task.get_actions(subject, user)]


def is_live(subject):
    return type(subject).objects.get(pk=subject.pk).live


def test_one_workflow_of_ours_is_there_for_pages_and_petitions(page, draft):
    assert page.get_workflow() == draft.get_workflow()
    assert [type(task.specific) for task in Task.objects.all()] == [Approval]
    assert list(Approval.objects.get().groups.all()) == [Group.objects.get(name="Moderators")]
    assert not GroupApprovalTask.objects.exists()
    assigned = WorkflowContentType.objects.select_related("content_type", "workflow")
    theirs = {each.content_type.model: each.workflow for each in assigned}
    assert theirs == dict.fromkeys(["petition", "appeal"], page.get_workflow())


def test_a_page_whose_petition_is_public_is_simply_approved(people, browse):
    page = submit(make_campaign(live=False), people.editor)
    client = browse(people.moderator)

    assert offered(page, people.moderator) == [
        "Request changes",
        "Approve",
        "Approve with comment",
    ]
    # Approving is the button that is seen, and Enter presses another.
    text = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    form = BeautifulSoup(text, "html.parser").select_one("[data-edit-form]")
    for dialog in form.select("template"):  # Wagtail's script moves it out of the form.
        dialog.decompose()
    first, second = form.select("button:not([type]), button[type=submit]")[:2]
    assert (first.get("name"), first.has_attr("hidden"), first.get_text()) == (None, True, "")
    assert second["data-workflow-action-name"] == "approve"
    act(client, page, "approve")
    assert is_live(page)


def test_an_incomplete_petition_is_not_offered_with_the_page(page, draft, people, browse):
    draft.salutation = ""
    draft.save_revision(clean=False)
    submit(page, people.editor)

    assert "Approve the page and publish its petition" not in offered(page, people.moderator)
    response = act(browse(people.moderator), page, WITH_PETITION)

    assert response.status_code == 302
    assert (is_live(page), is_live(draft)) == (False, False)


def test_a_page_whose_petition_was_deleted_meanwhile_is_not_approved(page, draft, people, browse):
    submit(page, people.editor)
    CampaignPage.objects.filter(pk=page.pk).update(petition=None)
    draft.delete()
    client = browse(people.moderator)

    response = act(client, page, "approve")

    assert response.status_code == 302
    assert offered(page, people.moderator) == ["Request changes"]
    assert not is_live(page)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_an_appeal_whose_address_was_taken_meanwhile_is_not_approved(people, browse):
    appeal = make_appeal(slug="first", live=False)
    appeal.slug = "wanted"
    submit(appeal, people.editor)
    other = make_appeal(slug="wanted")
    client = browse(people.moderator)

    response = act(client, appeal, "approve")
    offered_then = offered(appeal, people.moderator)
    other.delete()
    later = act(client, appeal, "approve")

    assert (response.status_code, later.status_code) == (302, 302)
    assert offered_then == ["Request changes"]
    assert is_live(appeal)


def test_who_may_not_publish_the_petition_approves_the_page_only(page, draft, people, browse):
    people.manager.groups.set([Group.objects.create(name="Reviewers")])
    Approval.objects.get().groups.set(people.manager.groups.all())
    submit(page, people.editor)

    assert "Approve the page and publish its petition" not in offered(page, people.manager)


def test_a_petition_is_approved_only_by_who_may_publish_in_its_collection(
    draft, teams, people, browse
):
    reviewers = Group.objects.create(name="Forest reviewers")
    grant(reviewers, teams.forest, "publish", "change")
    people.river_manager.groups.add(reviewers)
    Approval.objects.get().groups.set([reviewers])
    submit(draft, people.editor)

    response = act(browse(people.river_manager), draft, "approve")

    assert response.status_code in (302, 404)
    assert offered(draft, people.river_manager) == ["Request changes"]
    assert "A draft" not in browse(people.river_manager).get("/admin/").content.decode()
    assert not is_live(draft)


def test_nobody_decides_about_one_object_at_the_address_of_another(
    page, draft, teams, people, publisher, browse
):
    Approval.objects.get().groups.add(Group.objects.get(name="River publishers"))
    theirs = make_petition(title="Theirs", live=False, collection=teams.forest)
    appeal = make_appeal(live=False)
    for subject in (draft, theirs, page, appeal):
        submit(subject, people.editor)
    client, found = browse(publisher), {}

    for other in (theirs, page, appeal):
        task = other.current_workflow_task_state
        for view in ("collect_workflow_action_data", "workflow_action"):
            for action in ("reject", "approve"):
                name = draft.snippet_viewset.get_url_name(view)
                path = reverse(name, args=[draft.pk, action, task.pk])
                answers = [client.get(path), client.post(path, {"comment": ""})]
                found[str(other), view, action] = [each.status_code for each in answers]
        name = "wagtailadmin_pages:workflow_action"
        if other != page:
            path = reverse(name, args=[page.pk, "reject", task.pk])
            found[str(other), name] = browse(people.moderator).post(path).status_code

    wrong = {key: status for key, status in found.items() if status not in (404, [404, 404])}
    waiting = [each.current_workflow_state.status for each in (draft, theirs, page, appeal)]
    assert (wrong, waiting) == ({}, ["in_progress"] * 4)
    # At its own address each is decided about.
    answer = act(browse(people.moderator), theirs, "reject")
    assert answer.status_code == 302
    assert not Petition.objects.get(pk=theirs.pk).workflow_in_progress


def test_an_editor_submits_a_petition_from_its_form_and_a_moderator_approves_it(
    draft, people, browse
):
    edit = reverse(draft.snippet_viewset.get_url_name("edit"), args=[draft.pk])

    form = browse(people.editor).get(edit).content.decode()

    buttons = BeautifulSoup(form, "html.parser").select("footer button.button")
    assert [each.get_text(strip=True) for each in buttons[:2]] == [
        "Save draft",
        "Submit for moderation",
    ]
    assert 'name="action-publish"' not in form
    submit(draft, people.editor)
    client = browse(people.moderator)
    assert "A draft" in client.get("/admin/").content.decode()
    assert act(client, draft, "approve").status_code == 302
    assert Petition.objects.get(pk=draft.pk).state == State.OPEN
