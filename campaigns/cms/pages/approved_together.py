"""Approving a page together with its draft petitions, which wait for approval with it.

While they wait, only the moderators can change the petitions. A petition is then published as it
was submitted, sent back with its page, or withdrawn with it.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.dispatch import receiver
from wagtail.models import Page, TaskState, WorkflowState, get_default_page_content_type
from wagtail.signals import workflow_cancelled

from campaigns.appeals.appeal import Appeal
from campaigns.cms.pages.publishing import is_locked_for, pending_with
from campaigns.cms.permissions import may
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions import publishing
from campaigns.petitions.petition import Petition
from campaigns.workflow import notices

TIMES = ("go_live_at", "expire_at")


def waiting(page: Page) -> list[TaskState]:
    """Return the tasks for which the draft petitions of the page's newest revision wait."""
    drafts = pending_with(page.get_latest_revision_as_object())
    states = [draft.current_workflow_task_state for draft in drafts]
    return [state for state in states if state is not None]


def submitted_with(page: Page, workflow: WorkflowState) -> list[TaskState]:
    """Return the tasks of the petitions that go back with a page, whose workflow this is.

    A petition that waits longer than the page, or with another page too, goes on waiting. The
    page's own petition always goes back with it.
    """
    others = Page.objects.filter(pk__in=waiting_pages()).exclude(pk=page.pk).specific()
    newest = [other.get_latest_revision_as_object() for other in others]
    elsewhere = {draft.pk for other in newest for draft in pending_with(other)}
    found = []
    for state in waiting(page):
        petition = subject_of(state)
        assert isinstance(petition, Petition)  # `waiting` returns no other tasks
        is_later = state.started_at >= workflow.created_at
        if is_own(page, petition) or (is_later and petition.pk not in elsewhere):
            found.append(state)
    return found


def subject_of(state: TaskState) -> Page | Petition | Appeal:
    """Return the waiting object: the page in its specific class, the petition or the appeal."""
    subject = state.workflow_state.content_object
    assert isinstance(subject, Page | Petition | Appeal)  # no other model has a workflow
    return subject.specific if isinstance(subject, Page) else subject


def waiting_pages() -> list[int]:
    """Return the primary keys of the pages that wait for approval."""
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        base_content_type=get_default_page_content_type(),
    )
    return [int(key) for key in states.values_list("object_id", flat=True)]


def petitions_of_waiting_pages() -> list[int]:
    """Return the primary keys of petitions written on a page that waits for approval."""
    pages = CampaignPage.objects.filter(pk__in=waiting_pages()).select_related("petition")
    return [page.petition.pk for page in pages if page.petition and page.own_petition]


def is_own(page: Page, petition: Petition) -> bool:
    return bool(getattr(page, "own_petition", None) == petition)


def is_newest(state: TaskState) -> bool:
    """Return whether nothing was saved after the submission."""
    newest = subject_of(state).get_latest_revision()
    return bool(newest and newest.pk == state.revision_id)


def is_worded_as_submitted(state: TaskState) -> bool:
    """Return whether nothing but the times of publication was changed after the submission."""
    newest = subject_of(state).get_latest_revision()
    versions = [each.as_object().serializable_data() for each in (state.revision, newest)]
    before, now = ({**each, **dict.fromkeys(TIMES)} for each in versions)
    return before == now


def is_ready(draft: Petition, user: User, *, shown: bool = False) -> bool:
    """Return whether the user can publish the petition with its page.

    It must be as it was submitted, unless the submitted form has `shown` it, and nobody else may
    have locked it.
    """
    state = draft.current_workflow_task_state
    if not shown and (state is None or not is_newest(state)):
        return False
    if is_locked_for(draft, user) or not may(user, "publish", draft):
        return False
    return not publishing.missing(draft)


def submit(page: Page, *, by: User | None) -> None:
    """Submit the draft petitions that the user may change; the page's notice covers them."""
    for draft in pending_with(page.get_latest_revision_as_object()):
        if draft.workflow_in_progress or not draft.get_workflow():
            continue
        if by is None or not may(by, "change", draft):
            continue
        if not draft.get_latest_revision():
            draft.save_revision(user=by, clean=False)
        publishing.submit(draft, by=by)
        notices.drop(draft.current_workflow_state)


def approve(page: Page, *, by: User, shown: bool = False) -> None:
    """Approve the petitions that wait with the page. Raise PermissionDenied if one is not ready.

    `shown` says that the page's own petition was sent in the form of the page: what that form shows
    is approved. The caller's transaction ensures that all petitions are approved, or none.
    """
    newest = page.get_latest_revision_as_object()
    for draft in pending_with(newest):
        state, own = draft.current_workflow_task_state, shown and is_own(newest, draft)
        if not is_ready(draft, by, shown=own):
            raise PermissionDenied
        if state is None:
            publishing.publish(draft, by=by)
            continue
        if own:
            state.revision = draft.get_latest_revision()
            state.save(update_fields=["revision"])
        try:
            state.approve(user=by)
        except ValidationError:
            raise PermissionDenied from None
        notices.drop(state.workflow_state)


def reject(page: Page, *, by: User, comment: str) -> None:
    for state in submitted_with(page, page.current_workflow_state):
        state.reject(user=by, comment=comment)
        notices.drop(state.workflow_state)


@receiver(workflow_cancelled)
def withdraw(
    sender: type[WorkflowState], instance: WorkflowState, user: User | None = None, **kwargs: Any
) -> None:
    """Withdraw the petitions with their page, unless the page was published."""
    page = instance.content_object
    if not isinstance(page, Page) or (
        page.live and page.live_revision_id == page.latest_revision_id
    ):
        return
    for state in submitted_with(page.specific, instance):
        state.workflow_state.cancel(user=user)


def held(pages: Iterable[Page], user: User) -> list[Page]:
    """Return the pages, and pages below them, that wait for approval by other users."""
    keys = waiting_pages()
    return [
        each
        for page in pages
        for each in page.get_descendants(inclusive=True).filter(pk__in=keys)
        if (task := each.current_workflow_task) and task.locked_for_user(each, user)
    ]
