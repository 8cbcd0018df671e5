"""The workflow task with which moderators approve pages and petitions.

Wagtail's own task considers neither the collections of petitions, nor a petition that is still a
draft when its page is approved. It also publishes what was typed after the submission.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import Media
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState, WorkflowState

from campaigns.appeals.appeal import Appeal
from campaigns.cms.pages import approved_together
from campaigns.cms.pages.publishing import is_complete, is_locked_for, pending_with
from campaigns.cms.permissions import StaffRequest, may, petition_policy
from campaigns.petitions import publishing
from campaigns.petitions.petition import Petition

WITH_PETITION = "approve_with_petition"
PAGE_ONLY = _("Approve the page only")

Action = tuple[str, Any, bool]
View = Callable[..., HttpResponse]


def about_its_object(view: View) -> View:
    """Decorate a view of the CMS: a task in its URL must be that of the object in its URL.

    Wagtail's views ask whether the user may decide about the object, and then decide about the
    task, whatever it belongs to. Raise Http404 for a task of another object.
    """

    @wraps(view)
    def answer(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "task_state_id" in kwargs and request.user.is_authenticated:
            assert request.resolver_match  # views are never called without it
            key = str(kwargs.get("page_id") or kwargs["pk"])
            of_key = TaskState.objects.filter(workflow_state__object_id=key)
            task = get_object_or_404(of_key, pk=kwargs["task_state_id"])
            kind = task.workflow_state.base_content_type
            snippets = f"wagtailsnippets_{kind.app_label}_{kind.model}"
            own = "wagtailadmin_pages" if kind.model_class() is Page else snippets
            if own not in request.resolver_match.namespaces:
                raise Http404
        return view(request, *args, **kwargs)

    return answer


def put_next_step_first(
    items: list[ActionMenuItem], request: StaffRequest, context: dict[str, Any]
) -> None:
    """Make the next step the visible button; the other actions are behind its arrow.

    The next step is the approval, of page and petition where both can be approved. Where an
    approval is offered, “Publish” is not, since it would bypass the approval. Users who cannot
    publish see “Submit” beside “Save draft”. For the `construct_page_action_menu` and
    `construct_snippet_action_menu` hooks.
    """
    approvals = [item for item in items if item.name in (WITH_PETITION, "approve")]
    submissions = [item for item in items if item.name == "action-submit"]
    for item in submissions:
        item.template_name = "campaigns/cms/submit_item.html"
    if approvals:
        first = min(approvals, key=lambda item: item.name != WITH_PETITION)
        # Wagtail shows a pencil as the icon of an action that it does not define itself.
        first.icon_name, first.template_name = "success", "campaigns/cms/approve_item.html"
        for item in approvals:
            if item is not first:
                item.label = PAGE_ONLY  # Wagtail adds “and Publish”
        rest = [item for item in items if item is not first and item.name != "action-publish"]
        items[:] = [first, *rest]
    elif submissions and context["view"] == "edit" and not may_publish(items):
        both = (items[0], submissions[0])
        items[:] = [SideBySide(*both), *(item for item in items if item not in both)]


def name_change_requests(actions: LogActionRegistry) -> None:
    """Call a request for changes in the history what its button says; Wagtail says “Rejected”.

    For the `register_log_actions` hook, after that of Wagtail.
    """
    formatter = actions.formatters["wagtail.workflow.reject"]
    formatter.format_message = lambda entry: capfirst(gettext("changes requested"))


def approvers(page: Page) -> list[str]:
    """Return the names of the groups whose members approve a submitted page."""
    workflow = page.get_workflow()
    tasks = [task.specific for task in workflow.tasks] if workflow else []
    groups = [task.groups for task in tasks if isinstance(task, AbstractGroupApprovalTask)]
    return sorted({group.name for each in groups for group in each.all()})


class SideBySide(ActionMenuItem):
    """A menu item that shows two buttons in the place of the visible one.

    Wagtail uses `render_html` and `media` of a menu item.
    """

    name = "side-by-side"

    def __init__(self, *items: ActionMenuItem) -> None:
        super().__init__()
        self.items = items

    def render_html(self, parent_context: Context | dict[str, Any] | None = None) -> SafeString:
        """Return the buttons, one after the other."""
        return format_html_join(
            "", "{}", ([item.render_html(parent_context)] for item in self.items)
        )

    @property
    def media(self) -> Media:
        """The scripts and style sheets of all buttons."""
        return sum((item.media for item in self.items), Media())


def may_publish(items: list[ActionMenuItem]) -> bool:
    return any(item.name == "action-publish" for item in items)


class Approval(AbstractGroupApprovalTask):
    """Members of the task's groups approve; a petition also needs the permission to publish it.

    Overrides `start`, `get_actions`, `get_task_states_user_can_moderate` and `on_action`, which
    Wagtail's Task documents for custom tasks.
    """

    class Meta:
        verbose_name = _("Approval of pages and petitions")
        verbose_name_plural = _("Approvals of pages and petitions")

    @classmethod
    def get_description(cls) -> str:
        return gettext(
            "Members of the chosen groups approve pages and petitions. If a page’s petition "
            "is still a draft, they are asked whether to publish both."
        )

    def start(self, workflow_state: WorkflowState, user: User | None = None) -> TaskState:
        """Start the task; the draft petitions of a page start to wait with it."""
        state = super().start(workflow_state, user=user)
        if isinstance(workflow_state.content_object, Page):
            approved_together.submit(workflow_state.content_object.specific, by=user)
        return state

    def get_actions(self, obj: Page | Petition | Appeal, user: User) -> list[Action]:
        """Return (name, label, whether a form comes first) of each action open to the user."""
        if not isinstance(obj, Appeal) and is_locked_for(obj, user):
            return []
        actions = super().get_actions(obj, user)
        reject = [action for action in actions if action[0] == "reject"]
        if isinstance(obj, Appeal):
            ready = user.has_perm("campaigns.publish_appeal")
            return actions if ready and is_complete(obj.get_latest_revision_as_object()) else reject
        if isinstance(obj, Petition):
            ready = may(user, "publish", obj) and not publishing.missing(obj)
            return actions if ready else reject
        if not (actions and isinstance(obj, Page)):
            return actions
        newest = obj.get_latest_revision_as_object()
        if not is_complete(newest):
            return reject
        drafts = pending_with(newest)
        if not drafts:
            return actions
        alone = [("approve", PAGE_ONLY, False)]
        shown = getattr(obj, "shows_petition", False)
        own = [draft for draft in drafts if shown and approved_together.is_own(newest, draft)]
        if all(approved_together.is_ready(draft, user, shown=draft in own) for draft in drafts):
            alone.insert(0, (WITH_PETITION, _("Approve the page and publish its petition"), False))
        return reject + alone

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> QuerySet[TaskState]:
        """Return the tasks on the user's dashboard; for petitions, only those of their collections.

        A petition that waits with the page on which it is written is listed with that page.
        """
        theirs = petition_policy.instances_user_has_permission_for(user, "publish")
        theirs = theirs.exclude(pk__in=approved_together.petitions_of_waiting_pages())
        about = "workflow_state__base_content_type__model"
        numbers = [str(pk) for pk in theirs.values_list("pk", flat=True)]
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.filter(~Q(**{about: "petition"}) | Q(workflow_state__object_id__in=numbers))

    def on_action(
        self,
        task_state: TaskState,
        user: User,
        action_name: str,
        *,
        from_form: bool = False,
        shows_petition: bool = False,
        takes_petition: bool = False,
        **kwargs: Any,
    ) -> None:
        """Carry out an action that `get_actions` has offered.

        In the form of a page or a petition, the approval is of what the form shows, which is the
        newest revision; elsewhere it is of what was submitted. The page's form may also show its
        petition. `takes_petition` says that none of the page's petitions waited when the form was
        opened, so that the button that approves the page also approves what was typed of the
        petition. Raise PermissionDenied if a revision is newer, or if a petition has become
        incomplete or another team's in the meantime.
        """
        subject = approved_together.subject_of(task_state)
        with transaction.atomic():
            if action_name != "reject" and not approved_together.is_newest(task_state):
                if not from_form:
                    raise PermissionDenied
                task_state.revision = subject.get_latest_revision()
                task_state.save(update_fields=["revision"])
            if isinstance(subject, Page) and (action_name == WITH_PETITION or takes_petition):
                approved_together.approve(subject, by=user, shown=shows_petition)
            elif action_name == "reject" and isinstance(subject, Page):
                approved_together.reject(subject, by=user, comment=kwargs.get("comment", ""))
            name = "approve" if action_name == WITH_PETITION else action_name
            super().on_action(task_state, user, name, **kwargs)
