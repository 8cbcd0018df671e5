"""Emails to the targets in the CMS: their progress, their content, and sending a sample."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.log_actions import log

from campaigns.cms.petitions.views import home_url
from campaigns.cms.screens import Button, QuestionView
from campaigns.forwarding import composing, forwarded, gathering
from campaigns.paragraphs import Text
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Forwards
from campaigns.signing.fields import EmailTextInput


class SampleForm(forms.Form):
    email = forms.EmailField(
        widget=EmailTextInput({}),
        label=_("Email address for the sample"),
        help_text=_("It gets one sample, with an invented name. Nothing is sent to a target."),
    )


class ForwardingView(QuestionView):
    """Show what the targets get.

    Users who may start the emails can send a sample to any address.
    """

    model = Petition
    permission_required = "control"
    form_class = SampleForm
    template_name = "campaigns/cms/forwarding.html"
    page_title = _("Emails to the targets")
    header_icon = "mail"
    decline = _("Back to the petition")

    def find(self, *, pk: int) -> None:
        self.petition = get_object_or_404(Petition, pk=pk).original
        self.back_url = home_url(self.petition, self.request.user)
        self.heading = self.back_label = self.page_subtitle = self.petition.title

    def nothing_to_do(self) -> Text:
        if self.petition.version is None or self.petition.forwards == Forwards.OFF:
            return _(
                "The published petition does not email signatures to its targets. Choose this in "
                "the petition’s settings, and publish the petition: signers must read about it "
                "before they sign."
            )
        return ""

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.request.user.email}

    def buttons(self) -> list[Button]:
        return [Button(_("Send a sample"))]

    def sample(self, to: str) -> Any:
        return composing.sample(self.petition, to=to)

    def act(self, form: forms.Form) -> HttpResponse:
        # Logged without the email address, which may be anyone's.
        note = partial(log, self.petition, "petition.forwarding_sample", user=self.request.user)
        if problem := self.send_test(self.sample(form.cleaned_data["email"]), note=note):
            return problem
        text = _("The sample has been sent.")
        return self.leave(messages.success, text, to=self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offices = gathering.offices(self.petition)
        shown = {
            "petition": self.petition,
            "tally": self.petition.tally,
            "offices": [
                ("; ".join(office.words.get(self.petition.locale_id, [])), office.email)
                for office in offices
            ],
            "unreached": len(self.petition.targets) - sum(len(each.targets) for each in offices),
            "strangers": gathering.strangers(self.petition),
            "numbers": forwarded.numbers(self.petition.tally),
            "waiting": gathering.number_waiting(self.petition.tally),
            "mail": self.sample(self.request.user.email),
            "start_url": f"{URLS}:start_forwarding",
            "pause_url": f"{URLS}:pause_forwarding",
        }
        return {**super().get_context_data(**kwargs), **shown}
