"""Asks for the reason before a version that people have signed is replaced."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Revision

from campaigns.cms.permissions import may
from campaigns.cms.screens import Button, PressedButton, QuestionView, Text
from campaigns.petitions import changes, publishing, versions
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition

STEPS = ("publish", "submit", "keep")
DONE = {
    "publish": _("The new version of “%s” is published."),
    "schedule": _("The new version of “%s” will be published at the scheduled time."),
    "submit": _("“%s” is submitted for approval, with the reason."),
    "keep": _("The reason is saved with the draft of “%s”."),
}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("What is the reason for the change?"),
        help_text=_("One or two sentences, which everybody can read on the petition's page."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # The digest of the texts that were shown: a draft that has changed since is shown again.
    digest = forms.CharField(widget=forms.HiddenInput)
    then = forms.ChoiceField(choices=[(step, step) for step in STEPS], widget=PressedButton)


def explain_url(petition: Petition) -> str:
    return reverse(f"{URLS}:explain", args=[petition.pk])


class ExplainChangeView(QuestionView):
    """Shows the change, stores the reason, and goes on; OwnCollection has checked the permission.

    The draft is in a revision by then, so no input is lost.
    """

    model = Petition
    permission_required = "change"
    form_class = ReasonForm
    template_name = "campaigns/cms/explain_change.html"
    header_icon = "form"
    page_title = _("Change a text that people have signed")
    decline = _("Back to the editor")

    def find(self, *, pk: int) -> None:
        self.petition = Petition.objects.get(pk=pk)
        self.draft = self.petition.get_latest_revision_as_object()
        self.change = changes.ahead(self.draft)
        self.back_url = reverse(f"{URLS}:edit", args=[pk])
        self.heading = self.back_label = self.page_subtitle = self.petition.title

    def nothing_to_do(self) -> Text:
        if self.change:
            return ""
        # The draft was published meanwhile, or its texts were put back.
        return _("No reason is needed, because the letter and the consent are unchanged.")

    def get_initial(self) -> dict[str, Any]:
        """The initial values of the form, for Django's FormView."""
        given = versions.reasons(self.draft).first()
        return {"reason": given and given.reason, "digest": versions.digest_of(self.draft)}

    def next_steps(self) -> list[str]:
        """Publishing for users who may; submitting for others, unless the draft is submitted."""
        if self.draft.get_lock() and self.draft.get_lock().for_user(self.request.user):
            return []
        if may(self.request.user, "publish", self.petition):
            return ["publish"]
        in_hand = self.petition.workflow_in_progress
        return ["submit"] if self.petition.get_workflow() and not in_hand else []

    def buttons(self) -> list[Button]:
        scheduled = self.draft.is_scheduled
        labels = {
            "publish": _("Schedule the new version") if scheduled else _("Publish the new version"),
            "submit": _("Submit for approval"),
        }
        steps = [Button(labels[step], "then", step) for step in self.next_steps()]
        keep = Button(_("Save the reason with the draft"), "then", "keep", "button-secondary")
        return [*steps, keep]

    def act(self, form: ReasonForm) -> HttpResponse:
        reason, then = form.cleaned_data["reason"], form.cleaned_data["then"]
        digest = versions.digest_of(self.draft)
        if form.cleaned_data["digest"] != digest:
            messages.warning(
                self.request,
                _("Somebody has changed the draft in the meantime. Please look at it again."),
            )
            fresh = ReasonForm(initial={"reason": reason, "digest": digest})
            return self.ask_again(fresh, status=409)
        changes.explain(self.draft, reason=reason)
        if then not in ("keep", *self.next_steps()):
            raise PermissionDenied
        try:
            if then == "publish":
                publishing.publish(self.petition, by=self.request.user)
                then = "schedule" if self.draft.is_scheduled else "publish"
            elif then == "submit":
                publishing.submit(self.petition, by=self.request.user)
        except ValidationError:
            return self.leave(
                messages.error,
                _("The petition is not complete. Please fill in what its form asks for."),
            )
        return self.leave(messages.success, DONE[then] % self.draft.title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context for Wagtail's template and ours."""
        assert self.change  # or `nothing_to_do` has led away
        shown = {
            "change": self.change,
            "signed": self.change.before.signed,
            "total": self.petition.tally.total,
        }
        return {**super().get_context_data(**kwargs), **shown}


def drafted(draft: Petition) -> dict[str, Any] | None:
    """The change that a draft would make after people have signed, for the petition's status.

    None if it makes none; otherwise the URL of the question, and the reason that was given.
    """
    if draft.replaced is None:
        return None
    return {"url": explain_url(draft), "given": versions.reasons(draft).first()}


class ExplainedFirst:
    """A mixin for the edit view: publishing and submitting lead to the question first."""

    new_revision: Revision
    action: str
    object: Petition

    def run_action_method(self) -> HttpResponse | None:
        """Wagtail's edit view calls this after saving the draft, for the pressed button."""
        draft = self.new_revision.as_object()
        if self.action == "publish":
            # Whoever publishes sees the change, even if somebody else has given the reason.
            stops = draft.replaced is not None
        else:
            asks = self.action in ("submit", "restart-workflow")
            stops = asks and draft.is_unexplained
        return redirect(explain_url(draft)) if stops else super().run_action_method()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "change": drafted(self.object)}
