"""Releasing and invalidating signatures, one or all that the list shows. GET asks, POST acts."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import View
from wagtail.admin import messages as wagtail_messages
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log
from wagtail.models import Site
from wagtail.snippets.views.snippets import SnippetViewSet

from campaigns.cms.permissions import signature_policy, signatures_for
from campaigns.cms.signatures.admin import SignatureAdmin
from campaigns.cms.signatures.listing import SignatureIndexView
from campaigns.moderation import moderating
from campaigns.moderation.decisions import Decision
from campaigns.moderation.lists import ListEntry
from campaigns.signatures.signature import Signature

LIST = "signatures_modeladmin_index"


class ListEntryViewSet(SnippetViewSet):
    """The lists of what is set aside and of what is let through."""

    model = ListEntry
    icon = "lock"
    menu_label = _("Screening")
    menu_order = 230
    add_to_admin_menu = True
    copy_view_enabled = False
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = ["pattern", "get_kind_display", "get_effect_display", "note"]
    list_filter = ["kind", "effect"]
    search_fields = ["pattern", "note"]
    panels = [
        HelpPanel(
            _(
                "Signatures that a rule fits are set aside silently: their signers see what "
                "everybody sees. You find them under Signatures, state “quarantined”, and release "
                "them there."
            )
        ),
        FieldPanel("kind"),
        FieldPanel("pattern"),
        FieldPanel("effect"),
        FieldPanel("note"),
    ]


class DecisionForm(forms.Form):
    moderation = forms.ChoiceField(
        label=_("What shall become of them?"),
        choices=[
            ("release", _("Release: they count, once confirmed")),
            ("invalidated", _("Invalidate: they do not count")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=255, help_text=_("For colleagues, now and later. No names.")
    )
    # The last of those that were shown: what has come in since, nobody has looked at.
    newest = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_moderation(self) -> str:
        moderation = self.cleaned_data["moderation"]
        return Signature.Moderation.NONE if moderation == "release" else moderation


class UnderSignatures(WagtailAdminTemplateMixin):
    """Breadcrumbs that lead back to the list."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse(LIST), "label": _("Signatures")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]


class ModerateView(UnderSignatures, View):
    """Over one signature (`?signature=`), or over all that the list shows with these filters."""

    template_name = "campaigns/cms/moderate.html"
    page_title = _("Release or invalidate")
    header_icon = "check"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not signature_policy.user_has_permission(request.user, "moderate"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        newest = self.signatures().order_by("-pk").values_list("pk", flat=True).first()
        return self.ask(DecisionForm(initial={"newest": newest}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.ask(form, status=422)
        signatures = self.signatures()
        if newest := form.cleaned_data.pop("newest"):
            signatures = signatures.filter(pk__lte=newest)
        with transaction.atomic():  # with its entry in the log, or not at all
            decision = moderating.moderate(signatures, **form.cleaned_data, by=request.user)
            record(request, "petition.moderate", decision, count := decision.moderated.count())
        done = (
            ngettext("%s signature was moderated.", "%s signatures were moderated.", count) % count
        )
        undo = wagtail_messages.button(reverse("undo_decision", args=[decision.pk]), _("Undo"))
        wagtail_messages.success(request, done, buttons=[undo])
        return redirect(LIST)

    def signatures(self) -> QuerySet:
        allowed = signatures_for(self.request.user, "moderate")
        if key := self.request.GET.get("signature"):
            try:
                found = allowed.filter(pk=UUID(key))
            except ValueError:
                raise Http404 from None
            if not found.exists():
                raise Http404
            return found
        return allowed.filter(pk__in=listed(self.request).order_by().values("pk"))

    def ask(self, form: DecisionForm, status: int = 200) -> HttpResponse:
        signatures = self.signatures().filter(anonymised_at=None)
        context = {
            "form": form,
            "count": signatures.count(),
            "some": signatures.select_related("tally__petition").order_by("-pk")[:5],
            "back_url": reverse(LIST),
        }
        return self.render_to_response(self.get_context_data(**context), status=status)


class UndoView(UnderSignatures, View):
    template_name = "campaigns/cms/undo_decision.html"
    page_title = _("Undo")
    header_icon = "undo"

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.decision = get_object_or_404(Decision, pk=pk)
        moderated = self.decision.moderated.values("signature")
        own = signatures_for(request.user, "moderate").filter(pk__in=moderated)
        # Whoever undoes it must be one who could have done it: for each of the signatures.
        if own.count() != moderated.count() or not moderated:
            raise Http404
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        count = self.decision.moderated.count()
        context = {"decision": self.decision, "count": count, "back_url": reverse(LIST)}
        return self.render_to_response(self.get_context_data(**context))

    def post(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            count = moderating.undo(self.decision)
            record(request, "petition.undo_decision", self.decision, count)
        done = ngettext(
            "%s signature is what it was before.", "%s signatures are what they were before.", count
        )
        messages.success(request, done % count)
        return redirect(LIST)


def listed(request: HttpRequest) -> QuerySet:
    """What the list shows with the filters of this address."""
    view = SignatureIndexView(model_admin=SignatureAdmin())
    view.setup(request)
    return view.get_queryset()


def record(request: HttpRequest, action: str, decision: Decision, count: int) -> None:
    """An entry in Wagtail's log: who, which decision, how many; no text that was searched for."""
    site = Site.find_for_request(request) or Site.objects.first()
    data = {
        "moderation": decision.moderation or "released",
        "count": count,
        "decision": decision.pk,
    }
    log(site, action, user=request.user, data=data)
