"""The views of petitions in the CMS: Wagtail's own, each confined to the person's collections."""

from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.generic import InspectView
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    HistoryView,
    UnpublishView,
    UsageView,
)

from campaigns.cms.permissions import SEE, may, may_see, petition_policy
from campaigns.cms.petitions.changes import ExplainedFirst, explain_url
from campaigns.counting import counting
from campaigns.petitions.languages import Untranslated
from campaigns.petitions.panels import URLS, status
from campaigns.petitions.petition import HasSignatures, Petition
from campaigns.petitions.state import State
from campaigns.petitions.versions import Unexplained

GOING_PUBLIC = ("publish", "submit", "restart-workflow")
# Who locks, by whatever right, must at least be allowed to edit.
NEEDS = {"lock": "change", "unlock": "change"}


class OwnCollection:
    """Wagtail's views of a snippet ask for a right on the model; this asks on the petition.

    One that the person does not see at all is a 404, so that nobody learns that it is there.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "pk" in kwargs:
            petition = get_object_or_404(Petition, pk=unquote(str(kwargs["pk"])))
            if not may_see(request.user, petition):
                raise Http404
            if not self.allowed(petition):
                raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except Untranslated as error:  # the original got more words meanwhile
            names = [str(Petition._meta.get_field(name).verbose_name) for name in error.error_dict]
            text = _("This cannot be published yet. Still to be translated: %s.")
            messages.error(request, text % ", ".join(names))
            return redirect(home_url(petition, request.user))
        except Unexplained:  # somebody signed meanwhile
            return redirect(explain_url(petition))

    def user_has_permission(self, permission: str) -> bool:
        """Wagtail's rights to lock are granted to nobody here: who may publish may lock, too."""
        if permission in NEEDS and may(self.request.user, "publish", self.object):
            return True
        return super().user_has_permission(permission)

    def allowed(self, petition: Petition) -> bool:
        if need := getattr(self, "permission_required", None):
            return may(self.request.user, NEEDS.get(need, need), petition)
        need = getattr(self, "any_permission_required", None) or SEE
        return petition_policy.user_has_any_permission_for_instance(
            self.request.user, need, petition
        )


class PetitionCreateView(CreateView):
    def is_valid(self, form: ModelForm) -> bool:
        """Publishing needs the right in the collection that was chosen."""
        valid = super().is_valid(form)
        if valid and self.action == "publish":
            petition = form.instance
            if not may(self.request.user, "publish", petition):
                message = _(
                    "You may not publish in this collection. Please save the petition as a draft."
                )
                form.add_error("collection" if "collection" in form.fields else None, message)
                self.produced_error_message = self.get_error_message()
                return False
        return valid


class PetitionEditView(ExplainedFirst, EditView):
    def get_available_actions(self) -> list[str]:
        actions = super().get_available_actions()
        if not may(self.request.user, "publish", self.live_object):
            actions = [action for action in actions if action != "publish"]
        return actions

    def user_has_permission(self, permission: str) -> bool:
        """What is offered here is asked of this petition (the workflow's exceptions stay)."""
        if permission in ("add", "delete", "publish") and self.live_object:
            return may(self.request.user, permission, self.live_object)
        return super().user_has_permission(permission)

    def is_valid(self, form: ModelForm) -> bool:
        """A language goes on its way to the public with all its words.

        A form that was open when the petition was closed must not open it again unseen.
        """
        valid = super().is_valid(form)
        if valid and self.action in GOING_PUBLIC and (names := form.instance.untranslated()):
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

    def would_reopen(self, form: ModelForm) -> bool:
        # Read again: the form has written on the row in memory.
        published = Petition.objects.get(pk=self.live_object.pk)
        if published.state != State.CLOSED or "closes_at" not in form.fields:
            return False
        closing = form.cleaned_data.get("closes_at")
        return closing is None or closing > timezone.now()


class ProtectedWhenSigned:
    """In place of deleting or unpublishing a petition that people have signed: what to do."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.tally.signatures.exists():
            return self.kept()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.tally.signatures.exists():
            return self.kept()
        try:
            return super().post(request, *args, **kwargs)
        except (HasSignatures, ProtectedError):  # signed, or put on a page, meanwhile
            return self.kept()

    def kept(self) -> HttpResponse:
        petition = Petition.objects.get(pk=self.object.pk)
        self.template_name = "campaigns/cms/petition_protected.html"
        shown = {
            **status(petition, self.request.user),
            "signed": petition.tally.signatures.exists(),
        }
        context = {
            **super().get_context_data(),
            **shown,
            "overview_url": address("inspect", petition),
        }
        return self.render_to_response(
            context, status=409 if self.request.method == "POST" else 200
        )


class PetitionDeleteView(ProtectedWhenSigned, DeleteView):
    pass


class PetitionUnpublishView(ProtectedWhenSigned, UnpublishView):
    pass


class PetitionUsageView(UsageView):
    permission_required = None
    any_permission_required = SEE


class PetitionHistoryView(HistoryView):
    """For all who see the petition; what leads to its drafts only for those who may edit it."""

    any_permission_required = SEE

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not may(request.user, "change", self.object):
            self.edit_url_name = self.revisions_view_url_name = None
            self.revisions_revert_url_name = self.revisions_compare_url_name = None

    @property
    def header_buttons(self) -> list[Any]:
        return super().header_buttons if self.edit_url_name else []


class PetitionInspectView(InspectView):
    """The petition at a glance, for those who may not edit it too."""

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
            "sources": counting.sources(self.object),
        }
        return {**super().get_context_data(**kwargs), **shown}


def address(view: str, petition: Petition) -> str:
    return reverse(f"{URLS}:{view}", args=[quote(petition.pk)])


def home_url(petition: Petition, user: Any) -> str:
    """Where somebody goes on with a petition: its form, or else its overview."""
    if may(user, "change", petition):
        return address("edit", petition)
    return address("inspect", petition)
