"""The first screen of an import: the file, its origin, and what its people agreed to."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from campaigns.cms.jobs import imports as jobs
from campaigns.cms.permissions import BRING_IN, may
from campaigns.cms.petitions.ledger import LedgerView
from campaigns.cms.petitions.views import address
from campaigns.cms.screens import Button, QuestionView
from campaigns.dates import DayField, site_day
from campaigns.imports import importing, reading
from campaigns.paragraphs import LinesField, Text
from campaigns.petitions.petition import Petition
from campaigns.signatures.signature import Signature

CHANNELS = {
    Signature.Channel.PAPER: _("on paper"),
    Signature.Channel.IMPORT: _("on another site"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("List"),
        help_text=_(
            "A CSV file or a workbook (XLSX), up to 25 MB and 200,000 rows. The first row has the "
            "headings; of a workbook, the first sheet is read."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        help_text=_("Choose another one if the next screen shows letters that are not right."),
        choices=[("", _("found automatically")), *reading.ENCODINGS.items()],
        required=False,
    )
    delimiter = forms.ChoiceField(
        label=_("Delimiter"),
        help_text=_("Choose another one if the next screen does not show the right columns."),
        choices=[("", _("found automatically")), *reading.DELIMITERS.items()],
        required=False,
    )
    channel = forms.ChoiceField(label=_("How did they sign?"), choices=CHANNELS.items())
    signed_on = DayField(
        label=_("On which day?"),
        help_text=_("For rows that have no day of their own."),
        widget=AdminDateInput,
    )
    reason = LinesField(
        label=_("Where does the list come from?"),
        help_text=_("Who has typed or exported it, and where the sheets are."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    consent = LinesField(
        label=_("What did these people agree to?"),
        help_text=_(
            "The sentence on the sheet or in the form, word for word. It is stored with each "
            "signature, and is given to signers who ask what is stored about them."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > site_day():
            raise ValidationError(_("This day is in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """Read the file into `read`."""
        data = super().clean() or self.cleaned_data
        if file := data.get("file"):
            try:
                chosen = {name: data.get(name, "") for name in ("encoding", "delimiter")}
                read = reading.uploaded(file, **chosen)
                if len(read.rows) < 2:
                    raise reading.Unreadable(reading.ONLY_HEADINGS)
                data["read"] = read
            except reading.Unreadable as error:
                self.add_error("file", str(error.text))
        return data


class ImportScreen(QuestionView):
    """Base of the screens of an import. OwnCollection has checked the right to bring in signatures.

    An import reveals who has signed already, so the user must also be allowed to view the
    signatures.
    """

    model = Petition
    permission_required = BRING_IN
    header_icon = "upload"
    decline = _("Cancel")

    def find(self, *, pk: int, **kwargs: Any) -> None:
        self.petition = get_object_or_404(Petition, pk=pk)
        if not may(self.request.user, "view_signatures", self.petition):
            raise PermissionDenied
        self.heading = self.page_subtitle = self.petition.title
        self.back_url = address("ledger", self.petition)
        self.back_label = LedgerView.page_title

    def nothing_to_do(self) -> Text:
        return jobs.ERRORS[jobs.OVER] if importing.is_over(self.petition.tally) else ""


class UploadView(ImportScreen):
    """Read the file on POST, store it for a day and redirect to its columns."""

    form_class = UploadForm
    template_name = "campaigns/cms/import_upload.html"
    page_title = _("Import a list")
    question = _(
        "Signatures that were made on paper or on another site are added to those of this "
        "petition. The import sends their signers no emails. Nothing is stored as a signature "
        "before you have seen what was found."
    )

    def get_initial(self) -> dict[str, Any]:
        """Return the initial values of the form, for Django's FormView."""
        return {"signed_on": site_day()}

    def buttons(self) -> list[Button]:
        return [Button(_("Upload"))]

    def act(self, form: forms.Form) -> HttpResponse:
        data = dict(form.cleaned_data)
        del data["encoding"], data["delimiter"]
        subject = importing.upload(
            self.petition,
            data.pop("read"),
            by=self.request.user,
            file_name=data.pop("file").name,
            **data,
        )
        return redirect(address("import_columns", self.petition, subject.pk))
