"""Colleagues' notes on the page of a signature: reading, writing and deleting them."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, log

from campaigns.cms.permissions import AnyUser, StaffRequest, signature_policy, signatures_for
from campaigns.cms.screens import refused
from campaigns.finding.notes import LONGEST, SignatureNote
from campaigns.paragraphs import LinesField
from campaigns.petitions.panels import SIGNATURE
from campaigns.signatures.signature import Signature


class NoteForm(forms.Form):
    text = LinesField(
        label=_("Note"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Colleagues who may view this signature can read the note. The note is part of the "
            "person’s data: they get it when they ask what you store about them, and it is deleted "
            "with the signature."
        ),
    )


def context(signature: Signature, user: AnyUser) -> dict[str, Any]:
    """Return the notes and, for users who may moderate the signature, the form for another note."""
    may_note = signature_policy.user_has_permission_for_instance(user, "moderate", signature)
    notes = SignatureNote.objects.filter(signature=signature).select_related(
        "written_by__wagtail_userprofile"
    )
    is_open = may_note and not signature.anonymised_at
    return {
        "notes": notes.order_by("pk"),
        "may_note": may_note,
        "note_form": NoteForm() if is_open else None,
    }


@require_POST
def add_note(request: StaffRequest, pk: str) -> HttpResponse:
    """Add a note, and redirect to the page of the signature, even if the note cannot be added."""
    signature = moderatable(request, pk)
    form = NoteForm(request.POST)
    if signature.anonymised_at:
        messages.warning(request, _("The data of this signer is no longer stored."))
    elif form.is_valid():
        text = form.cleaned_data["text"]
        with transaction.atomic():
            SignatureNote.objects.create(signature=signature, text=text, written_by=request.user)
            log(signature, "signature.note", user=request.user)
        messages.success(request, _("The note has been added."))
    else:
        messages.error(request, _("The note was not added: it is empty, or too long."))
        return refused(redirect(page_of(signature)))
    return redirect(page_of(signature))


@require_POST
def delete_note(request: StaffRequest, pk: str, note: int) -> HttpResponse:
    """Delete a note. Pressing twice is no error."""
    signature = moderatable(request, pk)
    with transaction.atomic():
        if SignatureNote.objects.filter(signature=signature, pk=note).delete()[0]:
            log(signature, "signature.delete_note", user=request.user)
            messages.success(request, _("The note has been deleted."))
    return redirect(page_of(signature))


def moderatable(request: StaffRequest, pk: str) -> Signature:
    return get_object_or_404(signatures_for(request.user, "moderate"), pk=pk)


def page_of(signature: Signature) -> str:
    return reverse(SIGNATURE, args=[signature.pk]) + "#notes"


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [
        path("signatures/<uuid:pk>/notes/", add_note, name="add_signature_note"),
        path(
            "signatures/<uuid:pk>/notes/<int:note>/delete/",
            delete_note,
            name="delete_signature_note",
        ),
    ]


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the log actions. The histories say that there was a note, but not its text."""
    actions.register_action(
        "signature.note", _("Write a note"), _("Wrote a note about the signature")
    )
    actions.register_action(
        "signature.delete_note", _("Delete a note"), _("Deleted a note about the signature")
    )
