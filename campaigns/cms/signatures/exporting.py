"""The screen that asks what an export is for, and answers with the file."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.cms.permissions import signature_policy, tallies_for
from campaigns.cms.screens import Button, Text
from campaigns.cms.signatures import exports
from campaigns.cms.signatures.listed import ListedQuestion
from operations import locks

FORMATS = tuple(exports.FILES)


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("What is the file for?"),
        max_length=255,
        help_text=_(
            "“Handover to the minister”, “Letter to supporters in May”. It stays in the history; "
            "do not write any names of signers."
        ),
    )


class ExportView(ListedQuestion):
    """Exports what the list shows with the same query, of the petitions that one may export."""

    form_class = PurposeForm
    template_name = "campaigns/cms/export.html"
    page_title = _("Export signatures")
    header_icon = "download"
    decline = _("No, do not export")

    def find(self) -> None:
        if not signature_policy.user_has_permission(self.request.user, "export"):
            raise PermissionDenied
        self.format = self.request.GET.get("export", FORMATS[0])
        if self.format not in FORMATS:
            raise Http404
        self.read_query(own=("export",))
        if self.unknown:
            return
        self.list, shown = self.listed()
        may_export = tallies_for(self.request.user, "export")
        self.signatures = shown.filter(tally__in=may_export)
        self.lock = exports.lock_name(self.request.user, self.format, self.filters)
        self.is_running = locks.is_held(self.lock)
        count = self.signatures.order_by().count()
        heading = ngettext("%s signature", "%s signatures", count)
        self.heading = heading % intcomma(count)
        self.question = _(
            "The file is a copy that the site cannot delete for you. The history of the petition "
            "shows that you exported it, with which filters, and what for."
        )

    def nothing_to_do(self) -> Text:
        return self.refusal()

    def buttons(self) -> list[Button]:
        if self.is_running:
            return [Button(_("Download a second %s file") % self.format.upper(), "second", "yes")]
        return [Button(_("Download %s") % self.format.upper())]

    def act(self, form: forms.Form) -> HttpResponse:
        if self.is_running and "second" not in self.request.POST:
            return self.ask_again(form, status=409)
        response: Any = exports.respond(
            self.request,
            self.signatures,
            format=self.format,
            filters=self.list.filters.form.cleaned_data,
            searched=self.list.is_searching,
            purpose=form.cleaned_data["purpose"],
            lock=self.lock,
        )
        return response  # streamed, which a FormView's answers are not in the stubs
