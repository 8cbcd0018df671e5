"""What a petition's signers get by email, to look at and to try on oneself."""

from smtplib import SMTPException
from typing import Any

from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from campaigns.cms.petitions.views import home_url
from campaigns.mail import composing
from campaigns.mail.outbox import OutgoingMail
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition

WHEN = {
    "confirm": _("Sent at once, to who has just signed."),
    "reminder": _("Sent once, some days later, to who has not confirmed."),
    "thanks": _("Sent after confirming."),
    "already": _("Sent to who signs a second time."),
}
KINDS = [(kind, OutgoingMail.Kind(kind).label, when) for kind, when in WHEN.items()]


class PetitionMails:
    """The newest version's words; OwnCollection has asked for the right to change the petition."""

    permission_required = "change"

    def dispatch(self, request: HttpRequest, pk: int, kind: str = "") -> HttpResponse:
        self.petition, self.kind = Petition.objects.get(pk=pk), kind
        if kind and kind not in WHEN:
            raise Http404
        return super().dispatch(request)

    def mail(self, kind: str) -> EmailMultiAlternatives:
        newest = self.petition.get_latest_revision_as_object()
        user = self.request.user
        name = user.get_full_name() or user.get_username()
        return composing.sample(newest, kind, name=name, email=user.email)


class PetitionMailsView(PetitionMails, WagtailAdminTemplateMixin, View):
    """All mails of a petition on one page."""

    model = Petition
    template_name = "campaigns/cms/petition_mails.html"
    page_title = _("Mails")
    header_icon = "mail"

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = [
            {
                "kind": kind,
                "label": label,
                "when": when,
                "mail": self.mail(kind),
                "url": reverse(f"{URLS}:mail", args=[self.petition.pk, kind]),
            }
            for kind, label, when in KINDS
        ]
        return self.render_to_response(self.get_context_data(mails=shown))

    def get_page_subtitle(self) -> str:
        return self.petition.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        back = {"url": home_url(self.petition, self.request.user), "label": self.petition.title}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.page_title}]


class PetitionMailView(PetitionMails, View):
    """GET shows one mail in its frame; POST sends it to who asks, at their own address."""

    model = Petition

    @method_decorator(xframe_options_sameorigin)
    def get(self, request: HttpRequest) -> HttpResponse:
        html, _type = self.mail(self.kind).alternatives[0]
        return HttpResponse(html)

    def post(self, request: HttpRequest) -> HttpResponse:
        back = redirect(f"{URLS}:mails", self.petition.pk)
        address = request.user.email
        if not address:
            messages.error(request, _("There is no email address in your account."))
            return back
        mail = self.mail(self.kind)
        mail.subject = _("Test: %s") % mail.subject
        try:
            mail.send()
        except (OSError, SMTPException):
            messages.error(request, _("The mail server did not take it. Please try again later."))
            return back
        log(self.petition, "petition.test_mail", user=request.user, data={"kind": self.kind})
        messages.success(
            request, _("Sent to %s. Its links lead nowhere: nothing was signed.") % address
        )
        return back
