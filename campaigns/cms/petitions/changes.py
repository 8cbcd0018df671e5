"""Ask for the reason before a version that people have signed is replaced."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Page, Revision

from campaigns.cms.permissions import StaffRequest, may
from campaigns.cms.screens import Button, PressedButton, QuestionView
from campaigns.pages.campaign import CampaignPage
from campaigns.paragraphs import LinesField, Text
from campaigns.petitions import publishing
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition
from campaigns.petitions.signed_versions import changes, versions

CHANGED = _("“%s” was changed in the meantime, and nothing was done. Please look at it again.")
STEPS = ("publish", "submit", "keep")
DONE = {
    "publish": _("The new version of “%s” has been published."),
    "schedule": _("The new version of “%s” will be published at the scheduled time."),
    "submit": _("“%s” has been submitted for approval, with the reason."),
    "keep": _("The reason has been saved with the draft of “%s”."),
}


class ReasonForm(forms.Form):
    """A form that asks why signed parts change; a small mistake needs no reason."""

    reason = LinesField(
        label=_("What is the reason for the change?"),
        help_text=_("One or two sentences, which everybody can read on the petition’s page."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_small_mistake = forms.BooleanField(
        label=_("This only corrects a small mistake: a word was misspelt, and the meaning stays."),
        help_text=_(
            "Then no reason is needed. The petition’s page says that a small mistake was "
            "corrected, and shows the text as it was before."
        ),
        required=False,
    )

    def __init__(self, *args: Any, may_be_small_mistake: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_be_small_mistake:
            del self.fields["is_small_mistake"]
            self.fields["reason"].required = True

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if not (data.setdefault("is_small_mistake", False) or data.get("reason") or self.errors):
            self.add_error("reason", _("Please give the reason, or tick the box below."))
        return data


class ChangeForm(ReasonForm):
    # The digest of the parts that were shown; if the draft has changed since, it is shown again.
    digest = forms.CharField(widget=forms.HiddenInput)
    # The same of all that is published or submitted with them, by `publishing.stamps`.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    then = forms.ChoiceField(choices=[(step, step) for step in STEPS], widget=PressedButton)


def explain_url(petition: Petition, page: Page | None = None) -> str:
    """Return the URL of the question; with a page, the answer continues with both."""
    url = reverse(f"{URLS}:explain", args=[petition.pk])
    return f"{url}?page={page.pk}" if page else url


def page_with(petition: Petition, request: StaffRequest) -> CampaignPage | None:
    """Return the page in the URL, if the petition is edited with it and the user may edit it."""
    key = request.GET.get("page", "")
    page = CampaignPage.objects.filter(pk=key).first() if key.isdecimal() else None
    if page is None or page.own_petition != petition:
        return None
    return page if page.permissions_for_user(request.user).can_edit() else None


def tell_changed(request: StaffRequest, drafts: Iterable[Page | Petition]) -> None:
    """Name the drafts that somebody has changed while a question about them stood open."""
    for title in dict.fromkeys(draft.title for draft in drafts):
        messages.warning(request, CHANGED % title)


class ExplainChangeView(QuestionView):
    """Show the change, store the reason, and continue; OwnCollection has checked the permission.

    The draft has been saved as a revision by then, so no input is lost.
    """

    model = Petition
    permission_required = "change"
    form_class = ChangeForm
    template_name = "campaigns/cms/explain_change.html"
    header_icon = "form"
    page_title = _("Change what people have signed")
    decline = _("Back to the editor")

    def find(self, *, pk: int) -> None:
        self.petition = Petition.objects.get(pk=pk)
        self.draft = self.petition.get_latest_revision_as_object()
        self.change = changes.ahead(self.draft)
        self.page = page_with(self.petition, self.request)
        self.drafts: list[Page | Petition] = [self.petition]
        if self.page:
            self.drafts.insert(0, self.page)
        self.back_url = reverse(f"{URLS}:edit", args=[pk])
        if self.page:
            self.back_url = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        self.heading = self.back_label = self.page_subtitle = self.petition.title

    def nothing_to_do(self) -> Text:
        if self.change:
            return ""
        published = self.petition.version
        if published and self.request.POST.get("digest") == published.digest:
            return _("The new version is published already.")
        # The draft was published meanwhile, or its texts were restored.
        return _("No reason is needed, because nothing that people have signed changes.")

    def get_initial(self) -> dict[str, Any]:
        given = versions.given_reason(self.draft)
        return {
            "reason": given and given.reason,
            "is_small_mistake": given and given.is_small_mistake,
            "digest": versions.digest_of(self.draft),
            "seen": publishing.stamps(self.drafts),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "may_be_small_mistake": self.draft.is_small_mistake}

    def next_steps(self) -> list[str]:
        """Return ["publish"], ["submit"] or no step, by what the user may do with the draft."""
        if self.draft.get_lock() and self.draft.get_lock().for_user(self.request.user):
            return []
        user, subject = self.request.user, self.page or self.petition
        goes_on = self.page is None or self.page.permissions_for_user(user).can_publish()
        if goes_on and may(user, "publish", self.petition):
            return ["publish"]
        return ["submit"] if subject.get_workflow() and not subject.workflow_in_progress else []

    def buttons(self) -> list[Button]:
        scheduled = self.draft.is_scheduled
        labels = {
            "publish": _("Schedule the new version") if scheduled else _("Publish the new version"),
            "submit": _("Submit for moderation"),
        }
        steps = [Button(labels[step], "then", step) for step in self.next_steps()]
        keep = Button(_("Save the reason with the draft"), "then", "keep", "button-secondary")
        return [*steps, keep]

    def act(self, form: ChangeForm) -> HttpResponse:
        answer = {name: form.cleaned_data[name] for name in ("reason", "is_small_mistake")}
        then = form.cleaned_data["then"]
        if newer := self.newer(form):
            tell_changed(self.request, newer)
            initial = {**self.get_initial(), **answer}
            fresh = ChangeForm(initial=initial, may_be_small_mistake=self.draft.is_small_mistake)
            return self.ask_again(fresh, status=409)
        changes.explain(self.draft, **answer)
        if then not in ("keep", *self.next_steps()):
            raise PermissionDenied
        try:
            if then == "publish":
                self.publish()
                then = "schedule" if self.draft.is_scheduled else "publish"
            elif then == "submit":
                publishing.submit(self.page or self.petition, by=self.request.user)
        except versions.KeptTooLong as error:
            return self.leave(messages.error, " ".join(error.messages))
        except ValidationError:
            return self.leave(
                messages.error,
                _("The petition is not complete. Please fill in what its form asks for."),
            )
        return self.leave(messages.success, DONE[then] % self.draft.title)

    def newer(self, form: ChangeForm) -> list[Page | Petition]:
        """Return what was changed since it was shown; a reason is about the signed parts alone."""
        if form.cleaned_data["digest"] != versions.digest_of(self.draft):
            return [self.petition]
        if form.cleaned_data["then"] == "keep":
            return []
        return publishing.changed(self.drafts, seen=form.cleaned_data["seen"])

    def publish(self) -> None:
        user = self.request.user
        if self.page:
            publishing.publish_with(self.page, [self.petition], by=user)
        else:
            publishing.publish(self.petition, by=user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assert self.change  # otherwise `nothing_to_do` has redirected
        shown = {
            "change": self.change,
            "signed": self.change.before.signed,
            "total": self.petition.tally.count,
        }
        return {**super().get_context_data(**kwargs), **shown}


def drafted(draft: Petition) -> dict[str, Any] | None:
    """Return the change that a draft would make after people have signed, for the status panel.

    Return None if it makes none; otherwise the URL of the question, and the given reason.
    """
    if draft.replaced is None:
        return None
    return {"url": explain_url(draft), "given": versions.given_reason(draft)}


class ExplainedFirst:
    """A mixin for the edit view: publishing and submitting lead to the question first."""

    new_revision: Revision
    action: str
    object: Petition

    def run_action_method(self) -> HttpResponse | None:
        """Ask first or do what was pressed; Wagtail's edit view calls this after saving."""
        draft = self.new_revision.as_object()
        if self.action == "publish":
            # The publishing user sees the change, even if somebody else has given the reason.
            stops = draft.replaced is not None
        else:
            asks = self.action in ("submit", "restart-workflow")
            stops = asks and draft.is_unexplained
        return redirect(explain_url(draft)) if stops else super().run_action_method()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "change": drafted(self.object)}
