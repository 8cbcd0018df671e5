"""Asks before a paused mailing is stopped for good."""

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.log_actions import log

from campaigns.cms.mailings.rights import mailings_for
from campaigns.cms.mailings.writing import URL
from campaigns.cms.screens import Button, QuestionView
from campaigns.mailings import mailing_actions
from campaigns.mailings.mailing import State
from campaigns.paragraphs import Text


class StopMailingView(QuestionView):
    """Say how many people will not get the mailing, and stop it."""

    page_title = _("Stop for good")
    header_icon = "mail"
    decline = _("No, leave it paused")

    def find(self, *, pk: int) -> None:
        self.mailing = get_object_or_404(mailings_for(self.request.user), pk=pk)
        self.heading = self.back_label = self.mailing.subject
        self.back_url = reverse(URL, args=[pk])
        self.number = self.mailing.recipients.filter(started_at=None).count()

    def nothing_to_do(self) -> Text:
        is_paused = self.mailing.state == State.PAUSED
        return "" if is_paused else _("Only a paused mailing can be stopped for good.")

    @property
    def question(self) -> Text:
        text = ngettext(
            "%s person has not got this mailing yet, and never will if you stop it: a stopped "
            "mailing cannot be resumed.",
            "%s people have not got this mailing yet, and never will if you stop it: a stopped "
            "mailing cannot be resumed.",
            self.number,
        )
        return text % intcomma(self.number)

    def buttons(self) -> list[Button]:
        text = ngettext(
            "Stop it: %s person does not get it", "Stop it: %s people do not get it", self.number
        )
        return [Button(text % intcomma(self.number), style="serious")]

    def act(self, form: forms.Form) -> HttpResponse:
        if not mailing_actions.stop(self.mailing):
            return self.leave(messages.warning, _("Only a paused mailing can be stopped for good."))
        for tally in self.mailing.tallies.all():
            log(tally.petition, "petition.mailing_stop", user=self.request.user)
        return self.leave(messages.success, _("The mailing has been stopped."))


def urls() -> list[URLPattern]:
    """Return the URL, for the `register_admin_urls` hook."""
    return [path("mailings/<int:pk>/stop/", StopMailingView.as_view(), name="stop_mailing")]
