"""Notes about the approval, above the fields in the form of a page or a petition.

Editors read what a moderator has asked for. Moderators read what was submitted, what was changed
after that, and which petition waits with the page.
"""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page, Revision, TaskState, WorkflowState
from wagtail.utils.timestamps import render_timestamp

from campaigns.appeals.appeal import Appeal
from campaigns.cms.pages import approved_together
from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.cms.pages.campaign_form import draft_for
from campaigns.cms.pages.publishing import pending_with
from campaigns.cms.permissions import StaffRequest, may
from campaigns.pages import page_guard
from campaigns.pages.composing import WithPetition
from campaigns.paragraphs import with_commas
from campaigns.petitions import publishing
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition
from campaigns.petitions.translating import translation_of


def tell(request: StaffRequest, subject: Model) -> None:
    """Show the note at the place where Wagtail shows that a page is locked.

    For the `before_edit_page` and `before_edit_snippet` hooks.
    """
    if not isinstance(subject, Page | Petition | Appeal) or not is_opened(request):
        return
    state = subject.current_workflow_state
    if state is None or state.current_task_state is None:
        return
    task_state = state.current_task_state
    own = own_in_form(subject, request.user)
    if own and isinstance(subject, WithPetition):
        subject.shows_petition = True  # as the form will say, which `Approval` asks for its actions
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        messages.warning(request, asked(task_state))
    elif actions := task_state.task.specific.get_actions(subject, request.user):
        messages.info(request, submitted(subject, task_state, own))
        offered = {name for name, _label, _modal in actions}
        for reason in why_not(subject, request.user, offered):
            messages.warning(request, reason)


def own_in_form(subject: Model, user: User) -> Petition | None:
    """Return the petition that the form of this page shows, as the form itself decides it."""
    # wagtail-localize's editor shows a page alone.
    if not isinstance(subject, WithPetition) or translation_of(subject):
        return None
    return draft_for(user, subject.own_petition) if subject.own_petition else None


def is_opened(request: HttpRequest) -> bool:
    """Return whether the form is being opened; after an autosave, Wagtail requests parts of it."""
    return request.method == "GET" and "_w_hydrate_create_view" not in request.GET


def name(user: User | None) -> str:
    return str(get_user_display_name(user)) if user else _("Somebody")


def asked(task_state: TaskState) -> SafeString:
    """Return the moderator's comment, in paragraphs."""
    heading = _("%(name)s asks for changes (%(moment)s)") % {
        "name": name(task_state.finished_by),
        "moment": render_timestamp(task_state.finished_at),
    }
    words = task_state.comment or _("There is no comment.")
    return format_html(
        "<strong>{}</strong> {}",
        heading,
        mark_safe(linebreaks(words, autoescape=True)),
    )


def submitted(
    subject: Page | Petition | Appeal, task_state: TaskState, own: Petition | None
) -> SafeString:
    """Return who submitted it, with links to the submitted revision and to later changes.

    `own` is the petition that the form of a page shows.
    """
    heading = _("%(name)s has submitted this (%(moment)s).") % {
        "name": name(task_state.workflow_state.requested_by),
        "moment": render_timestamp(task_state.started_at),
    }
    # The form's script sends this number with the pressed button (`idempotent_acts.is_done`).
    begun = format_html('<span data-task-state="{}">{}</span>', task_state.pk, heading)
    parts = [format_html("{} {}", begun, links(subject, task_state))]
    # wagtail-localize's editor has no approval but its button that publishes.
    has_form = isinstance(subject, Appeal) or translation_of(subject) is None
    if has_form and not approved_together.is_newest(task_state):
        newest = subject.get_latest_revision()
        text = _(
            "%(name)s has saved changes after that. Approving in this form publishes what the "
            "form shows."
        )
        link = compare(subject, task_state.revision, newest)
        parts.append(format_html("{} {}", text % {"name": name(newest.user)}, link))
    if isinstance(subject, Page):
        parts += [with_page(state, own) for state in approved_together.waiting(subject)]
    return format_html("{}", mark_safe("<br>".join(parts)))


def why_not(subject: Page | Petition | Appeal, user: User, offered: set[str]) -> list[str]:
    """Return why the menu offers no approval of the page, the petition, or both together."""
    if isinstance(subject, Appeal):
        return []
    if isinstance(subject, Petition):
        return [] if "approve" in offered else [of_petition(subject, user)]
    newest = subject.get_latest_revision_as_object()
    if "approve" not in offered:
        text = _("This page cannot be approved yet. Still to be filled in: %s.")
        return [text % with_commas(missing_of(newest))]
    if WITH_PETITION in offered:
        return []
    drafts = pending_with(newest)
    return [
        of_petition(draft, user) for draft in drafts if not approved_together.is_ready(draft, user)
    ]


def of_petition(petition: Petition, user: User) -> str:
    if not may(user, "publish", petition):
        return _("You may not publish the petition “%s”.") % petition
    if names := publishing.missing(petition):
        text = _(
            "The petition “%(title)s” cannot be published yet. Still to be filled in: %(names)s."
        )
        return text % {"title": petition, "names": with_commas(names)}
    return (
        _("The petition “%s” was changed, or was not submitted. Approve it in its form.") % petition
    )


def missing_of(page: Page) -> list[str]:
    """Return the labels of the fields that prevent a page from being published."""
    try:
        page.full_clean()
    except ValidationError as error:
        fields = {field.name: field for field in page._meta.fields}
        return [str(fields[name].verbose_name) for name in error.error_dict if name in fields]
    return page_guard.untranslated(page)


def with_page(state: TaskState, own: Petition | None) -> SafeString:
    """Return the petition that waits with the page, and whether it is still as submitted."""
    petition = approved_together.subject_of(state)
    text = _("Its petition “%s” waits with it.")
    changes = ""
    if petition == own and not approved_together.is_worded_as_submitted(state):
        text = _(
            "Its petition “%s” was changed after it was submitted. Approving both in this form "
            "publishes what the form shows."
        )
        changes = compare(petition, state.revision, petition.get_latest_revision())
    elif petition != own and not approved_together.is_newest(state):
        text = _(
            "Its petition “%s” was changed after it was submitted. To publish it, approve it "
            "in its own form first."
        )
    edit = link(reverse(f"{URLS}:edit", args=[petition.pk]), _("Open the petition"))
    return format_html("{} {} {} {}", text % petition, changes, links(petition, state), edit)


def links(subject: Page | Petition | Appeal, task_state: TaskState) -> SafeString:
    """Return the link to the submitted revision, and to what it changes on the public page."""
    preview = reverse(view("workflow_preview", subject), args=[subject.pk, task_state.task_id])
    seen = link(preview, _("See what was submitted"))
    if not subject.live:
        return seen
    return format_html("{} {}", seen, compare(subject, "live", task_state.revision))


def compare(subject: Page | Petition | Appeal, old: Revision | str, new: Revision) -> SafeString:
    first = old.pk if isinstance(old, Revision) else old
    url = reverse(view("revisions_compare", subject), args=[subject.pk, first, new.pk])
    return link(url, _("See the changes"))


def view(name: str, subject: Page | Petition | Appeal) -> str:
    if isinstance(subject, Appeal):
        return f"wagtailsnippets_campaigns_appeal:{name}"
    space = "wagtailadmin_pages" if isinstance(subject, Page) else URLS
    return f"{space}:{name}"


def link(url: str, text: str) -> SafeString:
    return format_html('<a class="note-link" href="{}">{}</a>', url, text)
