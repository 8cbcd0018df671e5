"""Answers to a person's data requests: handing out, deleting, and stopping all emails."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, log
from wagtail.models import Site

from campaigns.cms.people.requests import RequestForm, scope_of
from campaigns.cms.permissions import signature_policy
from campaigns.cms.screens import Button, QuestionView
from campaigns.cms.signatures.assisting import record
from campaigns.dates import site_day
from campaigns.mail.outbox import is_stopped
from campaigns.paragraphs import Text
from campaigns.privacy import access_report, access_report_in_words, erasing, people
from campaigns.signatures.signature import Signature
from campaigns.signing import assisting

HAND_OUT = "signature.hand_out"
REPORT = "campaigns/cms/person_report.html"


class PersonQuestion(QuestionView):
    """Answer a data request.

    A POST without `sure` asks: a GET would put the email address in its URL.

    A subclass defines `action`, the right that it needs, and `ask`.
    """

    action: str
    form_class = RequestForm
    header_icon = "user"
    back_url = reverse_lazy("people")
    back_label = _("Data requests")

    def find(self) -> None:
        if not signature_policy.user_has_permission(self.request.user, self.action):
            raise PermissionDenied
        self.scope = scope_of(self.request.user, self.action)

    def nothing_to_do(self) -> Text:
        return "" if self.request.method == "POST" else _("Type the person’s email address first.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "scope": self.scope}

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the errors as a message; Django's FormView calls this for an invalid POST."""
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return self.leave(messages.error, " ".join(errors))

    def act(self, form: forms.Form) -> HttpResponse:
        who = {name: form.cleaned_data[name] for name in ("email", "name")}
        if form.cleaned_data["sure"]:
            return self.answer(**who)
        if reason := self.ask(**who):
            return self.leave(messages.warning, reason)
        return self.ask_again(form, status=200)

    def ask(self, *, email: str, name: str) -> Text:
        """Set heading and question; return the reason why there is nothing to ask, or ""."""
        raise NotImplementedError

    def answer(self, *, email: str, name: str) -> HttpResponse:
        """Carry out the request."""
        raise NotImplementedError


class ReportView(PersonQuestion):
    """Hand out all data held about a person, as a file in JSON or HTML, without asking first."""

    action = "hand_out"

    def act(self, form: forms.Form) -> HttpResponse:
        who = {name: form.cleaned_data[name] for name in ("email", "name")}
        with transaction.atomic():  # no data is handed out without its log entries
            report = access_report.export(**who, scope=self.scope)
            signatures = people.find(**who, scope=self.scope).select_related("tally__petition")
            for signature in signatures:
                record(signature, "hand_out", by=self.request.user)
            if not signatures:  # of somebody who signed nothing, such as a representative
                site = Site.find_for_request(self.request) or Site.objects.first()
                log(site, HAND_OUT, user=self.request.user)
        format = form.cleaned_data["format"] or "html"
        if format == "json":
            options = {"ensure_ascii": False, "indent": 2}
            response: HttpResponse = JsonResponse(
                report, encoder=DjangoJSONEncoder, json_dumps_params=options
            )
        else:
            # In the site's time zone, as in our emails to the person and on their own page.
            with timezone.override(timezone.get_default_timezone()):
                tree = access_report_in_words.tree(report)
                response = HttpResponse(render_to_string(REPORT, {"tree": tree}, self.request))
        name = f"report-{site_day().isoformat()}.{format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class ErasePersonView(PersonQuestion):
    """Delete all data held about a person, and redirect to the receipt."""

    action = "delete"
    page_title = _("Delete a person’s data")

    def ask(self, *, email: str, name: str) -> Text:
        found = erasing.count(email, name=name, scope=self.scope)
        if not found:
            # As the command does: what cannot be counted is deleted all the same.
            erasing.erase(email, name=name, scope=self.scope, by=self.request.user)
            return _("We store nothing about this person that you may delete.")
        self.heading = email
        text = ngettext(
            "Delete %s record of this person for good? A signature that counted no longer counts. "
            "This cannot be undone. You get a receipt; neither the receipt nor the log says whose "
            "data was deleted.",
            "Delete %s records of this person for good? Signatures that counted no longer count. "
            "This cannot be undone. You get a receipt; neither the receipt nor the log says whose "
            "data was deleted.",
            found.total(),
        )
        self.question = text % found.total()
        return ""

    def buttons(self) -> list[Button]:
        return [Button(_("Delete this person’s data"), "sure", "yes", "serious")]

    def answer(self, *, email: str, name: str) -> HttpResponse:
        receipt = erasing.erase(email, name=name, scope=self.scope, by=self.request.user)
        if receipt is None:
            return self.leave(messages.warning, _("There was nothing left to delete."))
        to = reverse("erasure_receipt", args=[receipt.pk])
        return self.leave(messages.success, _("The person’s data has been deleted."), to=to)


class StopPersonMailView(PersonQuestion):
    """Stop all emails to a person, about each petition that they signed."""

    action = "moderate"
    page_title = _("Stop all emails to a person")

    def found(self, email: str, name: str) -> list[Signature]:
        signatures = people.find(email, name=name, scope=self.scope).exclude(is_stopped())
        return list(signatures.select_related("tally__petition"))

    def ask(self, *, email: str, name: str) -> Text:
        # A person may have signed a petition on paper, too.
        count = len({each.tally_id for each in self.found(email, name)})
        if not count:
            return _("This person has signed nothing, or already gets no emails.")
        self.heading = email
        text = ngettext(
            "Send no more emails about %s petition to this person’s mailbox? The signature stays, "
            "and “keep me informed” is unticked.",
            "Send no more emails about %s petitions to this person’s mailbox? The signatures stay, "
            "and “keep me informed” is unticked.",
            count,
        )
        self.question = text % count
        return ""

    def buttons(self) -> list[Button]:
        return [Button(_("Stop all emails"), "sure", "yes")]

    def answer(self, *, email: str, name: str) -> HttpResponse:
        for signature in self.found(email, name):
            with transaction.atomic():
                assisting.stop_mail(signature)
                record(signature, "stop_mail", by=self.request.user)
        text = _("No more emails go to this person.")
        if self.scope.tallies is not None:
            text = _(
                "No more emails about your team’s petitions go to this person. Other teams may "
                "still write to them."
            )
        return self.leave(messages.success, text)


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the texts of the log entries, for the `register_log_actions` hook."""
    for model in ("signature", "petition"):
        actions.register_action(
            f"{model}.hand_out",
            _("Give a person a copy of their data"),
            _("Copy of the data given to the person at their request"),
        )


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    base = "signatures/people"
    return [
        path(f"{base}/report/", ReportView.as_view(), name="person_report"),
        path(f"{base}/erase/", ErasePersonView.as_view(), name="erase_person"),
        path(f"{base}/stop-mail/", StopPersonMailView.as_view(), name="stop_person_mail"),
    ]
