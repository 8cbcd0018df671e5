"""An *Add* form of the CMS makes one thing, however often it is sent, and an act is done once.

Each rendering of a form carries a token against forged requests that is masked anew. So two POSTs
with the same token come from the same form: a double click, or autosave beside a button.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
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

View = Callable[..., HttpResponse]

# The names of URLs, Wagtail's and ours, with a form that makes something, in a dialog too.
ADD = (
    "add",
    "add_multiple",
    "add_task",
    "begin_campaign",
    "create",
    "create_multiple_from_uploaded_document",
    "create_multiple_from_uploaded_image",
    "ledger",
    "task_chooser_create",
)
# The names of URLs that do something about signatures, a person or a mailing. What
# `idempotent_acts` locks a page or a petition for is not among them, nor what finds by itself that
# it was done.
ACTS = (
    "add_signature_note",
    "allow_mail",
    "anonymise_signatures",
    "confirm_by_hand",
    "correct_name",
    "delete_signatures",
    "erase_person",
    "mailing",
    "moderate_signatures",
    "resend_confirmation",
    "resend_signatures",
    "save_export_preset",
    "save_signature_view",
    "signatures_modeladmin_delete",
    "stop_mail",
    "stop_person_mail",
)
# Forms whose content belongs to what they are known by: many files are sent from one page, and what
# “New campaign” asks is not what the form of the page it makes could take.
KNOWN_BY_CONTENT = (*ACTS, "add_multiple", "begin_campaign")
# Somebody may mean the same act again, from a form to which their browser went back.
IMPATIENCE = timedelta(seconds=30)
TOKEN = "csrfmiddlewaretoken"
# Many files are sent from one form, each in a request of its own. By these keys of the answer the
# thing is found that a file became; a form with a button asks for what its name does not say.
UPLOADED: dict[str, Callable[[], type[Model]]] = {
    "doc_id": get_document_model,
    "image_id": get_image_model,
    "uploaded_file_id": lambda: wagtail_models.UploadedFile,
}
# The steps of a dialog in which nothing has been made: the form is shown again.
NOT_MADE = ("choose", "reshow")
MADE = _("This has already been saved, perhaps by your own first click. Nothing is created twice.")
DONE = _("This was done already, perhaps by your own first click. Nothing is done twice.")


def name_of(request: HttpRequest) -> str | None:
    """The name of the URL that was asked for."""
    assert request.resolver_match  # no view is called without it
    return request.resolver_match.url_name


def is_done_once(request: HttpRequest) -> bool:
    """Whether this is an *Add* form, or an act that must not be done twice."""
    sends = request.method == "POST" and TOKEN in request.POST
    return sends and name_of(request) in (*ADD, *ACTS)


def make_once(view: View, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Call the view, or answer as the first call from the same form was answered."""
    sent_at, is_act = timezone.now(), name_of(request) in ACTS
    parts = [str(request.user.pk), request.get_full_path(), request.POST[TOKEN]]
    content = hashed(*sent(request))
    if name_of(request) in KNOWN_BY_CONTENT:
        parts.append(content)
    with transaction.atomic():
        form, is_first = sent_forms.begin(hashed(*parts), content=content)
        is_meant = is_act and sent_at - form.sent_at > IMPATIENCE
        if not is_first and (is_meant or is_gone(form)):
            form.delete()
            form, is_first = sent_forms.begin(hashed(*parts), content=content)
        if not is_first:
            return answer_again(request, form, is_same=form.content == content)
        response = view(request, *args, **kwargs)
        location, told = made_by(response)
        if (location or told) and not getattr(response, "is_refusal", False):
            sent_forms.remember(form, location=location, told=told)
        else:
            form.delete()
        return response


def is_gone(form: SentForm) -> bool:
    """Whether the file was made, and has been deleted since; then it is made again."""
    told = form.told if isinstance(form.told, dict) else {}
    return any(
        not model()._default_manager.filter(pk=told[name]).exists()
        for name, model in UPLOADED.items()
        if name in told
    )


def hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def sent(request: HttpRequest) -> list[str]:
    """All that a form holds, the content of its files too."""
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
    """Where the answer to a form leads, or what it tells a script; nothing if nothing was made."""
    if response.status_code == 302:
        location = response["Location"]
        # Whoever may not add anything is sent there.
        return ("", None) if location == reverse("wagtailadmin_home") else (location, None)
    if isinstance(response, JsonResponse) or response.get("Content-Type") == "application/json":
        told = json.loads(response.content)
        step = str(told.get("step", "reshow"))
        if response.status_code == 200 and (told.get("success") or not step.startswith(NOT_MADE)):
            return "", told
    return "", None


def answer_again(request: StaffRequest, form: SentForm, *, is_same: bool) -> HttpResponse:
    """Answer as before. What else was typed in the meantime goes to the form of what was made."""
    edit = edit_url(form)
    asks_as_before = (form.told is not None) != request.accepts("text/html")
    if edit and not (is_same and asks_as_before):
        return redirect(edit, preserve_request=True)
    if form.told is not None:
        return JsonResponse(form.told)
    messages.info(request, DONE if name_of(request) in ACTS else MADE)
    return redirect(form.location)


def edit_url(form: SentForm) -> str:
    """The URL of the form in which the thing is edited that was made; "" if nobody said it."""
    url = form.location or str((form.told or {}).get("url", ""))
    try:
        return url if resolve(url.partition("?")[0]).url_name == "edit" else ""
    except Resolver404:
        return ""
