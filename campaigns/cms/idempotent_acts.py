"""Idempotent actions of staff on pages and petitions: each happens once, and one at a time.

Wagtail checks what is possible when a request begins. The two requests of a double click would both
find the action possible, and act twice. Here each POST waits for the one before it, and runs in one
transaction, so that it is done completely or not at all.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Page, TaskState, WorkflowState

from campaigns.appeals.appeal import Appeal
from campaigns.cms import add_forms
from campaigns.cms.handover.appeals import URLS as APPEALS
from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.cms.pages.approved_together import is_newest, is_own
from campaigns.cms.pages.campaign_form import SHOWN
from campaigns.cms.pages.publishing import drafts_of, pending_with
from campaigns.cms.permissions import StaffRequest, may_see
from campaigns.cms.petitions.views import home_url
from campaigns.pages.composing import lock_page, lock_petition
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition
from campaigns.scheduling import closes_by_surprise

View = Callable[..., HttpResponse]
Subject = Page | Petition | Appeal

PAGES, QUESTION = "wagtailadmin_pages", "publish_page_with_petition"
DONE = _("“%s”: this was done already, perhaps by your own first click. Nothing is done twice.")
CHANGED = _("“%s” was changed in the meantime, and nothing was approved. Please look at it again.")
ENDED = _(
    "“%s” was not approved, because it would be published after its closing time, and nobody could "
    "sign. Please look at it again."
)
# Names of fields that Wagtail's buttons send with the form of a page or a petition.
PRESSED = (
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-workflow-action",
    "action-cancel-workflow",
)


def acting_once(view: View) -> View:
    """Decorate a view of the CMS: a POST about a page or a petition runs while no other does.

    An action that was done already is not repeated; a message says so. Some forms (*Add*) and acts
    are also made idempotent by `add_forms`.
    """

    @wraps(view)
    def once(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if add_forms.is_done_once(request):
            act = alone if add_forms.is_act(request) else view
            return add_forms.make_once(act, request, *args, **kwargs)
        return alone(request, *args, **kwargs)

    def alone(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = rows_of(request, kwargs)
        with add_forms.in_turn(request, rows):
            if rows is None:
                return view(request, *args, **kwargs)
            if rows.model is Petition:  # it may be published with the page in the URL
                lock_page(request.GET.get("page", ""))
            subject = lock(rows, kwargs)
            if subject and may_act(request, subject):
                refusal = refuse(request, subject, kwargs)
                if refusal:
                    return refusal
            return view(request, *args, **kwargs)

    return once


def rows_of(request: HttpRequest, kwargs: dict[str, Any]) -> QuerySet[Any] | None:
    """Return the rows that a POST is about, a petition's in all languages; None for others."""
    match = request.resolver_match
    assert match  # views are never called without it
    if request.method != "POST" or (match.url_name or "").startswith("preview"):
        return None
    if "page_id" in kwargs and (match.view_name == QUESTION or PAGES in match.namespaces):
        return Page.objects.filter(pk=kwargs["page_id"])
    key = str(kwargs.get("pk", ""))
    if not key.isdecimal() or len(key) > 18:
        return None
    if APPEALS in match.namespaces:
        return Appeal.objects.filter(pk=key)
    if URLS not in match.namespaces:
        return None
    return Petition.in_all_languages([key]).select_related("collection")


def lock(rows: QuerySet[Any], kwargs: dict[str, Any]) -> Subject | None:
    """Lock the rows until the request is answered; signing goes on. Return the row in the URL."""
    found = {row.pk: row for row in rows.select_for_update(no_key=True, of=("self",))}
    subject = found.get(int(kwargs.get("page_id") or kwargs["pk"]))
    if isinstance(subject, Page):
        subject = subject.specific
        lock_petition(subject)
    return subject


def may_act(request: StaffRequest, subject: Subject) -> bool:
    """Return whether the user may see the title; others get the answer of the view itself."""
    if isinstance(subject, Page):
        return bool(subject.permissions_for_user(request.user).can_edit())
    if isinstance(subject, Appeal):
        return request.user.has_perm("campaigns.change_appeal")
    return may_see(request.user, subject)


def refuse(request: StaffRequest, subject: Subject, kwargs: dict[str, Any]) -> HttpResponse | None:
    """Return the answer to a POST that must not be carried out; None if it may proceed."""
    assert request.resolver_match
    pressed = [name for name in PRESSED if request.POST.get(name)]
    if pressed and not request.accepts("text/html"):
        # An autosave that carries an action, which a form submission of its own has sent already.
        text = _("An action has been sent with this form.")
        error = {"success": False, "error_code": "invalid_revision", "error_message": str(text)}
        return JsonResponse(error, status=400)
    match request.resolver_match.url_name:
        case "edit" if pressed:
            return refuse_form(pressed, request, subject)
        case "workflow_action":
            task_state = TaskState.objects.filter(pk=kwargs["task_state_id"]).first()
            if task_state and task_state.status != TaskState.STATUS_IN_PROGRESS:
                return say_done(request, subject)
            action = kwargs["action_name"]
            if task_state and action != "reject" and not is_newest(task_state):
                messages.warning(request, CHANGED % subject)
                return go(request, edit_url(request, subject))
            if action != "reject" and (ended := closing(subject, action)):
                messages.warning(request, ENDED % ended)
                return go(request, edit_url(request, ended))
        case "explain" if request.POST.get("then") == "submit" and subject.workflow_in_progress:
            return say_done(request, subject)
        case "publish_page_with_petition" if is_published(subject):
            return None if has_drafts(request, subject) else say_done(request, subject)
    return None


def closing(subject: Subject, action: str, *, is_shown: bool = True) -> Subject | None:
    """Return whose form asks about a petition that would be published, and nobody could sign.

    That is the page if the petition `is_shown` there as its own. None if there is no such petition.
    """
    petitions = [subject] if isinstance(subject, Petition) else []
    if isinstance(subject, Page) and action == WITH_PETITION:
        petitions = pending_with(subject.get_latest_revision_as_object())
    for petition in petitions:
        draft = petition.get_latest_revision_as_object()
        if not petition.is_translation and closes_by_surprise(draft, at=draft.go_live_at):
            asks = isinstance(subject, Page) and is_own(subject, petition) and is_shown
            return subject if asks else petition
    return None


def refuse_form(pressed: list[str], request: StaffRequest, subject: Subject) -> HttpResponse | None:
    """Return the answer to the form of a page or a petition whose button was pressed.

    No input is lost: where it differs from what is saved, the form is only saved.
    """
    if any(is_done(each, request, subject) for each in pressed):
        if says_the_same(request, subject):
            return say_done(request, subject)
        messages.warning(request, DONE % subject)
        send_on(request, without=pressed)
    elif "action-workflow-action" in pressed:
        subject.shows_petition = SHOWN in request.POST  # type: ignore[union-attr]  # for Approval
        task = subject.current_workflow_task
        actions = task.get_actions(subject, request.user) if task else []
        offered = [name for name, _label, _modal in actions]
        name = request.POST.get("workflow-action-name", "")
        ended = closing(subject, name, is_shown=SHOWN in request.POST)
        if name in offered and ended in (None, subject):
            send_on(request, known={"from_form": True, **about_petition(request, subject)})
        else:  # Wagtail would save the form, and not mention that nothing was approved.
            messages.warning(request, ENDED % ended if name in offered else CHANGED % subject)
            send_on(request, without=pressed)
    return None


def about_petition(request: StaffRequest, subject: Subject) -> dict[str, bool]:
    """Return what `Approval` must know of the petition in a page's form, before it is saved."""
    if SHOWN not in request.POST or not isinstance(subject, Page):
        return {}
    waits = pending_with(subject.get_latest_revision_as_object())
    approves = request.POST.get("workflow-action-name") == "approve"
    return {"shows_petition": True, "takes_petition": approves and not waits}


def is_done(pressed: str, request: StaffRequest, subject: Subject) -> bool:
    """Return whether the pressed button's action was done since the form was opened."""
    state = subject.current_workflow_state
    waits = state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS
    if pressed == "action-publish":
        return (
            is_published(subject) and is_old(request, subject) and says_the_same(request, subject)
        )
    if pressed in ("action-submit", "action-restart-workflow"):
        return waits
    if pressed == "action-cancel-workflow":
        return state is None
    # The next task of the workflow may be assigned to the same person: a double click must not
    # approve both.
    task = request.POST.get("task_state")
    return not waits or bool(task and task != str(state.current_task_state_id))


def is_published(subject: Subject) -> bool:
    """Return whether the newest revision is published, or will be at its scheduled time."""
    newest = subject.get_latest_revision()
    if newest is None:
        return False
    return bool(newest.approved_go_live_at) or (
        subject.live and subject.live_revision_id == newest.pk
    )


def is_old(request: StaffRequest, subject: Subject) -> bool:
    """Return whether the form shows an older revision than the newest."""
    loaded = request.POST.get("loaded_revision_id"), request.POST.get("loaded_revision_created_at")
    newest = subject.get_latest_revision()
    return bool(loaded[0]) and loaded != (str(newest.pk), newest.created_at.isoformat())


def says_the_same(request: StaffRequest, subject: Subject) -> bool:
    """Return whether the submitted form holds nothing that the newest revision does not."""
    instance = subject.get_latest_revision_as_object()
    if isinstance(instance, Page):
        handler = instance.get_edit_handler()  # type: ignore[attr-defined]  # Wagtail adds it later
        about = {"parent_page": instance.get_parent()}
    else:
        handler = type(instance).get_edit_handler()
        about = {}
    data = request.POST.copy()
    data["slug"] = data.get("slug") or instance.slug  # An empty slug is made from the title.
    form = handler.get_form_class()(
        data, request.FILES, instance=instance, for_user=request.user, **about
    )
    return not form.has_changed()


def has_drafts(request: HttpRequest, page: Subject) -> bool:
    """Return whether a petition that is to be published with its page is still a draft."""
    assert isinstance(page, Page)
    newest = page.get_latest_revision_as_object()
    return request.POST.get("publish") == "both" and bool(drafts_of(newest))


def send_on(
    request: StaffRequest, *, without: Iterable[str] = (), known: Mapping[str, bool] | None = None
) -> None:
    """Change the POST data for Wagtail's view: remove an action, or add data for `Approval`."""
    data = request.POST.copy()
    for name in without:
        del data[name]
    if known:
        try:
            extra = json.loads(data.get("workflow-action-extra-data", "{}"))
        except ValueError:
            extra = {}
        data["workflow-action-extra-data"] = json.dumps({**extra, **known})
    request.POST = data


def say_done(request: StaffRequest, subject: Subject) -> HttpResponse:
    """Say calmly that nothing was done a second time, and redirect as the first click did."""
    messages.info(request, DONE % subject)
    if isinstance(subject, Page):
        return go(request, reverse("wagtailadmin_explore", args=[subject.get_parent().pk]))
    return go(request, edit_url(request, subject))


def edit_url(request: StaffRequest, subject: Subject) -> str:
    if isinstance(subject, Page):
        return reverse(f"{PAGES}:edit", args=[subject.pk])
    if isinstance(subject, Appeal):
        return reverse(f"{APPEALS}:edit", args=[subject.pk])
    return home_url(subject, request.user)


def go(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("x-requested-with") == "XMLHttpRequest":  # from a dialog of Wagtail
        return JsonResponse({"step": "success", "redirect": url})
    return redirect(url)
