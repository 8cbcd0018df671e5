"""The views of petitions in the CMS: Wagtail's own, confined to the user's collections."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import InspectView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import ModelLogEntry
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    HistoryView,
    UnpublishView,
    UsageView,
)

from campaigns.cms import history
from campaigns.cms.mailings.rights import mailings_only_to
from campaigns.cms.permissions import SEE, AnyUser, StaffRequest, may, may_see, petition_policy
from campaigns.cms.petitions.changes import ExplainedFirst, explain_url
from campaigns.cms.petitions.editing.form import PetitionForm
from campaigns.cms.screens import WorkflowReadOnce
from campaigns.paragraphs import with_commas
from campaigns.petitions import translation_guard
from campaigns.petitions.panels import URLS, status
from campaigns.petitions.petition import HasSignatures, Petition
from campaigns.petitions.signed_versions.versions import KeptTooLong, Unexplained
from campaigns.petitions.state import State

GOING_PUBLIC = ("publish", "submit", "restart-workflow")
# Locking and unlocking also need the permission to edit.
NEEDS = {"lock": "change", "unlock": "change"}
WITH_COLLECTION = Petition.objects.select_related("collection")  # which decides who may see it


class OwnCollection:
    """Check permissions on the petition; Wagtail's snippet views check them on the model.

    A petition that the user may not see is a 404, so that its existence is not revealed. Relies on
    `dispatch` and `user_has_permission` of Wagtail's views.
    """

    request: StaffRequest
    object: Petition

    def dispatch(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            petition = get_object_or_404(WITH_COLLECTION, pk=unquote(str(kwargs["pk"])))
            if not may_see(request.user, petition):
                raise Http404
            if not self.allowed(petition):
                raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except translation_guard.Untranslated as error:  # the original has more texts by now
            fields = {field.name: field.verbose_name for field in Petition._meta.concrete_fields}
            text = _("This cannot be published yet. Still to be translated: %s.")
            messages.error(request, text % with_commas(fields[name] for name in error.error_dict))
            return redirect(home_url(petition, request.user))
        except Unexplained:  # Somebody has signed meanwhile.
            return redirect(explain_url(petition))
        except KeptTooLong as error:  # Somebody has signed, and the draft lengthens the retention.
            messages.error(request, " ".join(error.messages))
            return redirect(home_url(petition, request.user))

    def user_has_permission(self, permission: str) -> bool:
        """Allow users who may publish to lock, too.

        Wagtail's own permissions for locking are never granted.
        """
        if permission in NEEDS and may(self.request.user, "publish", self.object):
            return True
        return super().user_has_permission(permission)

    def allowed(self, petition: Petition) -> bool:
        user = self.request.user
        if need := getattr(self, "permission_required", None):
            return may(user, NEEDS.get(need, need), petition)
        need = getattr(self, "any_permission_required", None) or SEE
        return petition_policy.user_has_any_permission_for_instance(user, need, petition)


NOT_HERE = _("You may not publish in this collection. Please save the petition as a draft.")


class PetitionCreateView(CreateView):
    """Wagtail's view, which also checks the permission to publish in the chosen collection."""

    request: StaffRequest

    def is_valid(self, form: PetitionForm) -> bool:
        """Check the permission to publish in the collection that was chosen in the form."""
        valid = super().is_valid(form)
        if valid and self.action == "publish":
            petition = form.instance
            if not may(self.request.user, "publish", petition):
                form.add_error("collection" if "collection" in form.fields else None, NOT_HERE)
                self.produced_error_message = self.get_error_message()
                return False
        return valid


class PetitionEditView(WorkflowReadOnce, ExplainedFirst, EditView):
    """Wagtail's view with more checks before a petition is published or submitted."""

    request: StaffRequest
    live_object: Petition | None

    def get_available_actions(self) -> list[str]:
        actions = super().get_available_actions()
        assert self.live_object
        if not may(self.request.user, "publish", self.live_object):
            actions = [action for action in actions if action != "publish"]
        return actions

    def user_has_permission(self, permission: str) -> bool:
        """Check the permission on this petition; what Wagtail allows in a workflow remains."""
        if permission in ("add", "delete", "publish") and self.live_object:
            return may(self.request.user, permission, self.live_object)
        return super().user_has_permission(permission)

    def is_valid(self, form: PetitionForm) -> bool:
        """Refuse to publish or submit a translation with missing texts.

        Also refuse a form that was opened before the petition was closed: saving it would reopen
        the petition unnoticed.
        """
        valid = super().is_valid(form)
        if (
            valid
            and self.action in GOING_PUBLIC
            and (names := translation_guard.untranslated(form.instance))
        ):
            for name in names:
                form.add_error(name, _("This is not translated yet."))
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()
            return False
        if valid and self.is_out_of_date and self.would_reopen(form):
            message = _(
                "The petition was closed while you were editing. Publishing your draft would "
                "open it again. Please check the closing time, then save again."
            )
            form.add_error("closes_at", message)
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()
            return False
        return valid

    def would_reopen(self, form: PetitionForm) -> bool:
        # Loaded again, since the form has changed the instance in memory.
        assert self.live_object
        published = Petition.objects.get(pk=self.live_object.pk)
        if published.state != State.CLOSED or "closes_at" not in form.fields:
            return False
        closing = form.cleaned_data.get("closes_at")
        return closing is None or closing > timezone.now()


class ProtectedWhenSigned:
    """A mixin that refuses to delete or unpublish a signed petition, and says what to do."""

    request: StaffRequest
    object: Petition
    template_name: str
    render_to_response: Callable[..., HttpResponse]

    @property
    def is_kept(self) -> bool:
        return self.object.is_protected

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_kept:
            return self.refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_kept:
            return self.refuse()
        try:
            return super().post(request, *args, **kwargs)
        except (HasSignatures, ProtectedError):  # It was signed, or put on a page, meanwhile.
            return self.refuse()

    def refuse(self) -> HttpResponse:
        petition = Petition.objects.get(pk=self.object.pk)
        self.template_name = "campaigns/cms/petition_protected.html"
        context = {
            **super().get_context_data(),
            **status(petition, self.request.user),
            "signed": petition.is_protected,
            "mailing": mailings_only_to(petition).order_by("began_at").first(),  # a sent one first
            "overview_url": address("inspect", petition),
        }
        code = 409 if self.request.method == "POST" else 200
        return self.render_to_response(context, status=code)


class PetitionDeleteView(ProtectedWhenSigned, DeleteView):
    @property
    def is_kept(self) -> bool:
        """Whether people have signed it, or nobody could find a mailing to its signers again."""
        return super().is_kept or mailings_only_to(self.object).exists()


class PetitionUnpublishView(ProtectedWhenSigned, UnpublishView):
    pass


class PetitionUsageView(UsageView):
    permission_required = None
    any_permission_required = SEE


class PetitionHistoryView(HistoryView):
    """The history, for all staff who see the petition; only editors get the links to drafts.

    Beneath each decision about signatures it says who can undo it, and until when.
    """

    request: StaffRequest
    any_permission_required = SEE
    object: Petition

    def setup(self, request: StaffRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not may(request.user, "change", self.object):
            self.edit_url_name = self.revisions_view_url_name = None
            self.revisions_revert_url_name = self.revisions_compare_url_name = None

    def get_base_queryset(self) -> QuerySet[ModelLogEntry]:
        """Return the entries, annotated with what is shown of their decisions."""
        entries = self._annotate_queryset(history.entries_of(self.object))
        return history.with_decisions(entries, self.request.user)

    @cached_property
    def columns(self) -> list[Column]:
        """Wagtail's columns; the column of actions also shows decisions."""
        action, *others = super().columns
        column = history.DecidedColumn(
            action.name,
            label=action.label,
            object=self.object,
            url_names=action.url_names,
            user_can_unschedule=action.user_can_unschedule,
        )
        return [column, *others]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return super().header_buttons if self.edit_url_name else []


class PetitionInspectView(InspectView):
    """An overview of the petition, also for staff who may not edit it."""

    request: StaffRequest
    object: Petition
    any_permission_required = SEE
    page_title = _("Overview")
    template_name = "campaigns/cms/petition_inspect.html"

    def get_edit_url(self) -> str | None:
        return super().get_edit_url() if may(self.request.user, "change", self.object) else None

    def get_delete_url(self) -> str | None:
        return super().get_delete_url() if may(self.request.user, "delete", self.object) else None

    def get_fields_context(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            **status(self.object, self.request.user),
            "history_url": address("history", self.object),
        }
        return {**super().get_context_data(**kwargs), **shown}


def address(view: str, petition: Petition, *others: int) -> str:
    return reverse(f"{URLS}:{view}", args=[quote(petition.pk), *others])


def home_url(petition: Petition, user: AnyUser) -> str:
    """Return the URL of the form for staff who may edit the petition, or of its overview."""
    if may(user, "change", petition):
        return address("edit", petition)
    return address("inspect", petition)
