"""The screen that makes paper sheets for signing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from campaigns.cms.permissions import SEE
from campaigns.cms.petitions.views import home_url
from campaigns.cms.screens import Button, QuestionView
from campaigns.imports import already_signed
from campaigns.paragraphs import Text
from campaigns.petitions.panels import TAKING
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.sharing import sheets
from campaigns.signing.fields import NumberField

# The highest sheet number; `campaigns.counting.sheet_names` reads no more digits.
LAST = 999_999_999


class SheetsForm(forms.Form):
    number = NumberField(
        label=_("How many sheets?"), min_value=1, max_value=sheets.MOST, initial=10
    )
    first = NumberField(label=_("Number of the first sheet"), min_value=1, max_value=LAST)
    name = forms.CharField(
        label=_("Name before the numbers"),
        help_text=_("A place or a team, for example “Bamako”, so that no two sheets are alike."),
        max_length=24,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Check that the ledger and the imports can still read the last number."""
        data = super().clean() or self.cleaned_data
        if data.get("first", 0) + data.get("number", 0) - 1 > LAST:
            self.add_error("first", _("The last sheet would have a number that is too large."))
        return data

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if any(sign in name for sign in ",;،؛"):
            raise ValidationError(_("Please leave out commas: they separate two sheets."))
        return name


class SheetsView(QuestionView):
    """Ask for the numbers, and answer with a PDF. It holds only what the public may read."""

    model = Petition
    any_permission_required = SEE
    form_class = SheetsForm
    template_name = "campaigns/cms/sheets.html"
    page_title = _("Signature sheets")
    header_icon = "doc-full"
    decline = _("Back to the petition")
    question = _(
        "Sheets of paper (A4) on which people sign, with the published letter, what they agree to "
        "and a code that leads to the page. Whoever types the sheets into a list gives each row "
        "the number of its sheet, so that it can be found again."
    )

    def find(self, *, pk: int) -> None:
        self.petition = get_object_or_404(Petition, pk=pk)
        self.back_url = home_url(self.petition, self.request.user)
        self.heading = self.back_label = self.page_subtitle = self.petition.title

    def get_initial(self) -> dict[str, Any]:
        """Propose the number after those that have come back, for Django's FormView."""
        return {"first": min(already_signed.last_number(self.petition.tally) + 1, LAST)}

    def nothing_to_do(self) -> Text:
        state = self.petition.state
        if state == State.DRAFT or self.petition.version is None:
            return _("The petition must be published first: the sheets show its published text.")
        if state not in TAKING:
            return _("This petition has ended, so nobody can sign it any more.")
        return ""

    def buttons(self) -> list[Button]:
        return [Button(_("Download the sheets (PDF)"))]

    def act(self, form: forms.Form) -> HttpResponse:
        content = sheets.sheets(self.petition, **form.cleaned_data)
        response = HttpResponse(content, content_type="application/pdf")
        first, number = form.cleaned_data["first"], form.cleaned_data["number"]
        name = f"{self.petition.slug}-{first}-{first + number - 1}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
