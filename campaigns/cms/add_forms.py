"""Idempotent forms: an *Add* form of the CMS makes one thing, and an act is done once.

Each rendering of a form carries a CSRF token with a mask of its own. Two POSTs with the same token
therefore come from the same form: a double click, or autosave beside a button.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import models as wagtail_models
from wagtail.admin import messages
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from campaigns.cms.permissions import StaffRequest
from campaigns.workflow import sent_forms
from campaigns.workflow.sent_forms import SentForm
from operations import locks

View = Callable[..., HttpResponse]

# The names of URLs, Wagtail's and ours, whose form makes something, including forms in dialogs.
ADD = (
    "add",
    "add_multiple",
    "add_task",
    "begin_campaign",
    "create",
    "create_multiple_from_uploaded_document",
    "create_multiple_from_uploaded_image",
    "import_list",
    "ledger",
    "mail_update",
    "task_chooser_create",
)
# The names of URLs that do something about signatures, a person, a list to import, a mailing, a
# receiver, a user or all translations, that undo something, or delete something, which a second
# request would not find. Not among them are other acts for which `idempotent_acts` locks a page or
# a petition.
ACTS = (
    "add_signature_note",
    "allow_mail",
    "anonymise_signatures",
    "confirm_by_hand",
    "correct_name",
    "delete",
    "delete_export_preset",
    "delete_signature_view",
    "delete_signatures",
    "end_lockout",
    "erase_person",
    "import",
    "import_columns",
    "mailing",
    "moderate_signatures",
    "receiver",
    "new_secret",
    "resend_confirmation",
    "resend_signatures",
    "reset_second_factor",
    "save_export_preset",
    "save_signature_view",
    "signatures_modeladmin_delete",
    "stop_mail",
    "stop_mailing",
    "stop_person_mail",
    "undo_comments",
    "undo_decision",
    "undo_import",
    "undo_resending",
    "update_translations",
)
# The names of URLs whose form may take a name of which there can be only one (`takes_name`).
NAMING = ("add", "copy", "create", "edit", "move_confirm")
# Forms that are identified by their content as well: many files are sent from one page, users go
# back to upload another list or to choose another update, and the input of “New campaign” cannot be
# passed on to the edit form of the page that it makes.
KNOWN_BY_CONTENT = (*ACTS, "add_multiple", "begin_campaign", "import_list", "mail_update")
# After this time, staff may mean the same act again, from a form to which their browser went back.
IMPATIENCE = timedelta(seconds=30)
TOKEN = "csrfmiddlewaretoken"
NAMES = "names of what is added"  # of a lock
# Many files are sent from one form, each in its own request. These keys of the JSON answer identify
# what a file became: a document, an image, or an upload that Wagtail keeps while a form asks for
# what the file's name does not say.
UPLOADED: dict[str, Callable[[], type[Model]]] = {
    "doc_id": get_document_model,
    "image_id": get_image_model,
    "uploaded_file_id": lambda: wagtail_models.UploadedFile,
}
# Steps of a dialog in which nothing was made: the form is shown again.
NOT_MADE = ("choose", "reshow")
MADE = _("This has already been saved, perhaps by your own first click. Nothing is created twice.")
DONE = _("This was done already, perhaps by your own first click. Nothing is done twice.")


def name_of(request: HttpRequest) -> str | None:
    """Return the name of the requested URL."""
    assert request.resolver_match  # views are never called without it
    return request.resolver_match.url_name


def is_done_once(request: HttpRequest) -> bool:
    """Return whether this is an *Add* form, or an act that must not be done twice."""
    sends = request.method == "POST" and TOKEN in request.POST
    return sends and name_of(request) in (*ADD, *ACTS)


def is_act(request: HttpRequest) -> bool:
    return name_of(request) in ACTS


def takes_name(request: HttpRequest, rows: QuerySet[Any] | None = None) -> bool:
    """Return whether the form may make something of which there can be only one.

    Two pages or topics cannot have the same web address, for example. These forms are answered one
    after another, so that each finds what the one before it has made, and says so: otherwise it
    would fail when it is saved. Files have no names, and uploading takes long: “New campaign” has a
    picture, and calls `wait_for_names` itself when that is stored.

    The edit form of one of the `rows` takes a name if it sends another web address than the row
    has, or another title, from which the web address of a draft is made. Otherwise it is sent too
    often to wait.
    """
    assert request.resolver_match
    name, kwargs = name_of(request), request.resolver_match.kwargs
    is_file = request.resolver_match.namespace.startswith(("wagtaildocs", "wagtailimages"))
    if request.method != "POST" or is_file or name not in NAMING:
        return False
    if name != "edit" or rows is None:
        return name != "edit" or "slug" in request.POST
    sent = {key: request.POST[key] for key in ("title", "slug") if key in request.POST}
    before = rows.filter(pk=kwargs.get("page_id") or kwargs["pk"])
    return "slug" in sent and sent not in before.values(*sent)


def wait_for_names() -> None:
    """Wait until nobody else saves something with a name of its own."""
    locks.wait(NAMES)


@contextmanager
def in_turn(request: HttpRequest, rows: QuerySet[Any] | None) -> Iterator[None]:
    """Answer a form about these rows in a transaction; if it takes a name, wait for the others.

    That comes before the rows are locked: whoever adds a page locks its parent afterwards.
    """
    is_named = takes_name(request, rows)
    with transaction.atomic() if is_named or rows is not None else nullcontext():
        if is_named:
            wait_for_names()
        yield


def make_once(view: View, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Call the view, or repeat the answer that the first request from the same form got."""
    sent_at = timezone.now()
    token = request.POST[TOKEN]
    parts = [str(request.user.pk), request.get_full_path(), token]
    content = hashed(*sent(request))
    if name_of(request) in KNOWN_BY_CONTENT:
        parts.append(content)
    with transaction.atomic():
        form, is_first = sent_forms.begin(hashed(*parts), content=content, token=token)
        is_meant = is_act(request) and sent_at - form.sent_at > IMPATIENCE
        if not is_first and (is_meant or is_gone(form)):
            form.delete()
            form, is_first = sent_forms.begin(hashed(*parts), content=content, token=token)
        if not is_first:
            return answer_again(request, form, is_same=form.content == content)
        if takes_name(request):
            wait_for_names()
        response = view(request, *args, **kwargs)
        location, told = made_by(response)
        if (location or told) and not getattr(response, "is_refusal", False):
            sent_forms.remember(form, location=location, told=told, token=token)
        else:
            form.delete()
        return response


def is_gone(form: SentForm) -> bool:
    """Return whether the uploaded file was deleted after it was made; it is then made again."""
    told = form.told if isinstance(form.told, dict) else {}
    return any(
        not model()._default_manager.filter(pk=told[name]).exists()
        for name, model in UPLOADED.items()
        if name in told
    )


def hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def sent(request: HttpRequest) -> list[str]:
    """Return everything that a form holds, including the content of its files."""
    values = [part for name, values in request.POST.lists() for part in (name, *values)]
    for name, files in request.FILES.lists():
        values += [name, *map(digest, files)]
    return values


def digest(file: "UploadedFile[Any]") -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def made_by(response: HttpResponse) -> tuple[str, Any]:
    """Return where the response redirects, or its JSON; both empty if nothing was made."""
    if response.status_code == 302:
        location = response["Location"]
        # Wagtail redirects users who may not add anything to the dashboard.
        return ("", None) if location == reverse("wagtailadmin_home") else (location, None)
    if isinstance(response, JsonResponse) or response.get("Content-Type") == "application/json":
        told = json.loads(response.content)
        step = str(told.get("step", "reshow"))
        if response.status_code == 200 and (told.get("success") or not step.startswith(NOT_MADE)):
            return "", told
    return "", None


def answer_again(request: StaffRequest, form: SentForm, *, is_same: bool) -> HttpResponse:
    """Answer as before. If something else was typed meanwhile, send it to the edit form instead."""
    edit = edit_url(form)
    asks_as_before = (form.told is not None) != request.accepts("text/html")
    if edit and not (is_same and asks_as_before):
        return redirect(edit, preserve_request=True)
    if form.told is not None:
        return JsonResponse(form.told)
    messages.info(request, DONE if is_act(request) else MADE)
    return redirect(form.location)


def edit_url(form: SentForm) -> str:
    """Return the URL of the edit form of what was made; "" if the answer did not name it."""
    url = form.location or str((form.told or {}).get("url", ""))
    try:
        return url if resolve(url.partition("?")[0]).url_name == "edit" else ""
    except Resolver404:
        return ""
