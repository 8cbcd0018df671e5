"""Before words that people have signed become others: what changes, for whom, and why."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from campaigns.cms.permissions import may
from campaigns.petitions import changes, publishing, versions
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition

DONE = {
    "publish": _("“%s” is published with the changed words."),
    "schedule": _("“%s” will be published with the changed words at the time that is set."),
    "submit": _("“%s” is submitted for moderation, with the reason."),
    "keep": _("The reason is kept with the draft of “%s”."),
}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why are the words changed?"),
        help_text=_("One or two sentences. Everybody can read it on the petition's page."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    digest = forms.CharField(widget=forms.HiddenInput)


def explain_url(petition: Petition) -> str:
    return reverse(f"{URLS}:explain", args=[petition.pk])


class ExplainChangeView(WagtailAdminTemplateMixin, View):
    """GET shows, POST keeps the reason and goes on; OwnCollection has asked for the right to edit.

    The draft is kept in its revision: nothing that was typed is lost on the way here.
    """

    model = Petition
    permission_required = "change"
    template_name = "campaigns/cms/explain_change.html"
    header_icon = "form"
    page_title = _("Change what people have signed")

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.petition = Petition.objects.get(pk=pk)
        self.draft = self.petition.get_latest_revision_as_object()
        self.change = changes.ahead(self.draft)
        if self.change is None:  # published, or put back, meanwhile
            messages.info(request, _("There is nothing to explain: the words are the same."))
            return redirect(self.edit_url)
        return super().dispatch(request)

    @property
    def edit_url(self) -> str:
        return reverse(f"{URLS}:edit", args=[self.petition.pk])

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask(self.form())

    def form(self, data: Any = None) -> ReasonForm:
        given = versions.reasons(self.draft).first()
        initial = {"reason": given and given.reason, "digest": versions.digest_of(self.draft)}
        return ReasonForm(data, initial=initial)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(form, status=422)
        if form.cleaned_data["digest"] != versions.digest_of(self.draft):
            messages.warning(request, _("Somebody has changed the draft meanwhile: look again."))
            fresh = {
                "reason": form.cleaned_data["reason"],
                "digest": versions.digest_of(self.draft),
            }
            return self.ask(ReasonForm(initial=fresh), status=409)
        changes.explain(self.draft, reason=form.cleaned_data["reason"])
        return self.go_on(request.POST.get("then", "keep"))

    def go_on(self, then: str) -> HttpResponse:
        if then not in ("keep", *self.next_steps()):
            raise PermissionDenied
        try:
            if then == "publish":
                publishing.publish(self.petition, by=self.request.user)
                then = "schedule" if self.draft.is_scheduled else "publish"
            elif then == "submit":
                publishing.submit(self.petition, by=self.request.user)
        except ValidationError:
            messages.error(self.request, _("The petition is not complete: look at its form."))
            return redirect(self.edit_url)
        messages.success(self.request, DONE[then] % self.draft.title)
        return redirect(self.edit_url)

    def next_steps(self) -> list[str]:
        """Publishing for those who may; for others submitting, unless it is submitted."""
        if self.draft.get_lock() and self.draft.get_lock().for_user(self.request.user):
            return []
        if may(self.request.user, "publish", self.petition):
            return ["publish"]
        in_hand = self.petition.workflow_in_progress
        return ["submit"] if self.petition.get_workflow() and not in_hand else []

    def ask(self, form: ReasonForm, status: int = 200) -> HttpResponse:
        context = {
            "petition": self.petition,
            "change": self.change,
            "form": form,
            "signed": self.change.before.signed,
            "total": self.petition.tally.total,
            "steps": self.next_steps(),
            "is_scheduled": self.draft.is_scheduled,
            "edit_url": self.edit_url,
        }
        return self.render_to_response(self.get_context_data(**context), status=status)

    def get_page_subtitle(self) -> str:
        return self.petition.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        back = {"url": self.edit_url, "label": self.petition.title}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.page_title}]


def drafted(draft: Petition) -> dict[str, Any] | None:
    """For the petition's status: whether its draft changes what people have signed, and why."""
    if draft.replaced is None:
        return None
    return {"url": explain_url(draft), "given": versions.reasons(draft).first()}


class ExplainedFirst:
    """For the editor's view: what publishes, or asks for it, leads to the question first."""

    def run_action_method(self) -> HttpResponse | None:
        draft = self.new_revision.as_object()
        if self.action == "publish":
            # Who publishes sees what changes, also where somebody else has given the reason.
            stops = draft.replaced is not None
        else:
            asks = self.action in ("submit", "restart-workflow")
            stops = asks and draft.is_unexplained
        return redirect(explain_url(draft)) if stops else super().run_action_method()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "change": drafted(self.object)}
