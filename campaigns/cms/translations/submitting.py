"""Submit and approve translations in wagtail-localize's editor, which can only publish."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from campaigns.blocks.own_files import file_models, files_in
from campaigns.cms import idempotent_acts
from campaigns.cms.pages import decision_messages as page_messages
from campaigns.cms.pages import notes
from campaigns.cms.pages.publishing import pending_with
from campaigns.cms.permissions import StaffRequest, may
from campaigns.cms.petitions import decision_messages as petition_messages
from campaigns.cms.petitions.changes import explain_url
from campaigns.cms.petitions.views import address
from campaigns.cms.translations.synchronising import (
    about_errors,
    is_locked,
    may_publish,
    missing,
    problems,
    tell,
)
from campaigns.paragraphs import with_commas
from campaigns.petitions import publishing, translating, translation_guard
from campaigns.petitions.petition import Petition

Subject = Page | Petition


class OpenedForm(forms.Form):
    """When the editor was opened, and which files the translation showed then.

    js/translating.js sends both together with “Publish”, and the moment with each sentence.
    """

    opened_at = forms.DateTimeField()
    opened_with = forms.RegexField(r"^[a-z]+\.\d{1,9}( [a-z]+\.\d{1,9})*$", required=False)


def refuse_changed(request: StaffRequest, subject: Model) -> HttpResponse | None:
    """Refuse to approve a translation that others have changed since the user opened its editor.

    For the `before_edit_page` and `before_edit_snippet` hooks, before those that ask and publish.
    """
    opened = OpenedForm(request.POST)
    if (
        not isinstance(subject, Subject)
        or request.POST.get("action") != "publish"
        or not opened.is_valid()
        or not publishing.task_to_approve(subject, request.user)
    ):
        return None
    moment, files = opened.cleaned_data["opened_at"], opened.cleaned_data["opened_with"].split()
    is_changed = translating.changed_by_others(subject, since=moment, than=request.user)
    if not is_changed and all(map(is_there, files)):
        return None
    messages.warning(request, idempotent_acts.CHANGED % subject)
    return redirect(request.path)


def shown_files(subject: Subject) -> list[str]:
    """Return the documents and pictures that the newest texts show, by model and key."""
    found = files_in(translating.newest(subject))  # type: ignore[type-var]  # one of its types
    files = [f"{model._meta.model_name}.{key}" for model, key in found if key.isdecimal()]
    return [file for file in files if is_there(file)]


def is_there(file: str) -> bool:
    """Return whether a file was not deleted, which changes no text."""
    name, key = file.split(".")
    models = [model for model in file_models() if model._meta.model_name == name]
    return any(model._default_manager.filter(pk=key).exists() for model in models)


def before_editing(request: StaffRequest, subject: Model) -> HttpResponse | None:
    """Submit or approve a translation, or let the template of its editor offer it.

    For the `before_edit_page` and `before_edit_snippet` hooks, before those of wagtail-localize.
    """
    request.opened_at = timezone.now().isoformat()  # type: ignore[attr-defined]  # for the template
    if not isinstance(subject, Subject) or not translating.translation_of(subject):
        return None
    if request.method == "POST" and request.POST.get("action") == "submit":
        return submit(request, subject)
    if request.method == "POST" and request.POST.get("action") == "publish":
        return approve(request, subject)
    notes.tell(request, subject)
    if publishing.task_to_approve(subject, request.user):
        request.opened_with = " ".join(shown_files(subject))  # type: ignore[attr-defined]  # as above
    if not may_publish(request, subject):
        request.moderation = where(request, subject)  # type: ignore[attr-defined]  # for the template
    return None


def approve(request: StaffRequest, subject: Subject) -> HttpResponse | None:
    """Publish a translation that waits, which approves it; None if the user may not do so.

    The hooks before this one (`translating`) have found nothing that prevents it.
    """
    if not may_publish(request, subject) or not publishing.task_to_approve(subject, request.user):
        return None
    subject.refresh_from_db()
    if isinstance(subject, Page):
        publishing.publish_page(subject, by=request.user)
        page_messages.tell(request, subject.pk, "approve")
    else:
        publishing.publish(subject, by=request.user)
        petition_messages.tell(request, subject.pk, "approve")
    return redirect(request.path)


def where(request: StaffRequest, subject: Subject) -> str:
    """Return the state, for templates/wagtail_localize/admin/edit_translation.html."""
    if subject.workflow_in_progress:
        return "waits"
    return "offered" if may_submit(request, subject) else ""


def may_submit(request: StaffRequest, subject: Subject) -> bool:
    """Return whether the user, who may change the object, can submit it."""
    can_start = subject.has_workflow and not subject.workflow_in_progress
    return bool(can_start and not is_locked(request, subject))


def submit(request: StaffRequest, subject: Subject) -> HttpResponse:
    """Submit what was typed, or say why it is not submitted.

    `idempotent_acts` has locked the row: of two clicks, the second finds it submitted.
    """
    back = redirect(request.path)
    if subject.workflow_in_progress:
        messages.info(request, idempotent_acts.DONE % subject)
        return back
    if not may_submit(request, subject):
        raise PermissionDenied
    parts = [subject, *petitions_with(request, subject)]
    unexplained = [each for each in parts if isinstance(each, Petition) and is_unexplained(each)]
    for each in parts:
        names = [name for name in missing(each) if name != str(publishing.ORIGINAL_FIRST)]
        if names and each not in unexplained:
            text = _(
                "The translation of “%(title)s” into %(language)s is not submitted. Still to be "
                "translated: %(fields)s."
            )
            if each is not subject:
                text = _(
                    "The translation of “%(title)s” into %(language)s is not submitted. The "
                    "petition of the page is not translated yet: %(fields)s."
                )
            text += about_errors(each)
            tell(request, subject, text, link_to(subject, each), fields=with_commas(names))
            return back
    part: Subject = subject
    try:
        with transaction.atomic():
            for part in parts:
                translating.take_over(part, by=request.user)
    except ValidationError as error:
        text = _(
            "The translation of “%(title)s” into %(language)s is not submitted. To be corrected: "
            "%(problems)s"
        )
        tell(request, subject, text, link_to(subject, part), problems=problems(part, error))
        return back
    if unexplained:
        page = subject if isinstance(subject, Page) else None
        return redirect(explain_url(unexplained[0], page))
    subject.refresh_from_db()
    publishing.submit(subject, by=request.user)
    messages.success(
        request, _("The translation “%s” has been submitted for moderation.") % subject
    )
    return back


def link_to(subject: Subject, part: Subject) -> list[tuple[str, str, bool]]:
    """Return a link to the petition that is submitted with a page and usually has its title."""
    if part is subject or isinstance(part, Page):
        return []
    return [messages.button(address("edit", part), _("Open the petition"))]


def petitions_with(request: StaffRequest, subject: Subject) -> list[Petition]:
    """Return the petitions that are submitted together with a page (`pages.approved_together`)."""
    if not isinstance(subject, Page):
        return []
    return [
        each
        for each in pending_with(translating.newest(subject))
        if not each.workflow_in_progress and may(request.user, "change", each)
    ]


def is_unexplained(petition: Petition) -> bool:
    """Return whether only the reason is missing for a change of what people have signed."""
    newest = translating.newest(petition)
    return newest.is_unexplained and not translation_guard.untranslated(newest)
