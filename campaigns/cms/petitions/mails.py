"""The emails that signers of a petition get: staff see them, and can send themselves a test."""

from functools import partial
from typing import Any

from django import forms
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import View
from wagtail.admin import messages
from wagtail.log_actions import log

from campaigns.cms.permissions import StaffRequest
from campaigns.cms.petitions.views import home_url
from campaigns.cms.screens import PressedButton, QuestionView
from campaigns.mail import composing
from campaigns.mail.outbox import OutgoingMail
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition

WHEN = {
    "confirm": _(
        "Sent at once to people who have just signed. To those who are quarantined it is sent "
        "later: once they are released, or where only the limit of a network was reached, one "
        "after another."
    ),
    "reminder": _("Sent once, after two days, to people who have not confirmed."),
    "thanks": _(
        "Sent once to each signer, as soon as they have confirmed; where signatures are not "
        "confirmed by email, as soon as they have signed."
    ),
    "already": _("Sent to people who sign a second time."),
    "newemail": _("Sent to the new email address that a signer asks for on their own page."),
    "oldemail": _("Sent at the same time to the email address that they signed with."),
}
KINDS = [(kind, OutgoingMail.Kind(kind).label, when) for kind, when in WHEN.items()]


class PetitionMails:
    """Compose emails with the newest texts; OwnCollection has checked the permission to edit."""

    model = Petition
    permission_required = "change"
    petition: Petition
    request: StaffRequest

    def mail(self, kind: str) -> EmailMultiAlternatives:
        newest = self.petition.get_latest_revision_as_object()
        user = self.request.user
        name = user.get_full_name() or user.get_username()
        return composing.sample(newest, kind, name=name, email=user.email)


class TestMailForm(forms.Form):
    kind = forms.ChoiceField(choices=list(WHEN.items()), widget=PressedButton)


class PetitionMailsView(PetitionMails, QuestionView):
    """All emails of a petition on one page. Users can send each to their own email address."""

    form_class = TestMailForm
    template_name = "campaigns/cms/petition_mails.html"
    page_title = _("Emails")
    header_icon = "mail"

    def find(self, *, pk: int) -> None:
        self.petition = Petition.objects.get(pk=pk)
        self.back_url = home_url(self.petition, self.request.user)
        self.back_label = self.page_subtitle = self.petition.title

    def act(self, form: forms.Form) -> HttpResponse:
        kind, by = form.cleaned_data["kind"], self.request.user
        note = partial(log, self.petition, "petition.test_mail", user=by, data={"kind": kind})
        if problem := self.send_test(self.mail(kind), note=note):
            return problem
        text = (
            _("Sent to %s. The links in this email do not work, because nothing was signed.")
            % self.request.user.email
        )
        return self.leave(messages.success, text, to=self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = [
            {
                "label": label,
                "when": when,
                "mail": self.mail(kind),
                "url": reverse(f"{URLS}:mail", args=[self.petition.pk, kind]),
                "kind": kind,
            }
            for kind, label, when in KINDS
        ]
        return {
            **super().get_context_data(**kwargs),
            "mails": shown,
            "language": self.petition.locale.language_code,
        }


class PetitionMailView(PetitionMails, View):
    """One email, shown in a frame on the page with all emails."""

    @method_decorator(xframe_options_sameorigin)
    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        if kind not in WHEN:
            raise Http404
        self.petition = Petition.objects.get(pk=pk)
        html, _type = self.mail(kind).alternatives[0]
        return HttpResponse(html)
