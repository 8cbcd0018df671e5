"""The screen that asks for a pack for handing over, which a job makes."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.models import Locale

from campaigns.cms.jobs import exports as jobs
from campaigns.cms.permissions import may
from campaigns.cms.petitions.views import home_url
from campaigns.cms.screens import Button
from campaigns.cms.signatures import export_allowance, export_answers
from campaigns.cms.signatures.export_allowance import OneAfterAnother
from campaigns.cms.signatures.export_answers import Export
from campaigns.cms.signatures.export_screen import ASKED, TOO_MANY
from campaigns.contacts.addressed import language_of
from campaigns.exports.shapes import HANDOVER
from campaigns.paragraphs import Text
from campaigns.petitions.panels import quarantined
from campaigns.petitions.petition import Petition
from campaigns.signatures.signature import Signature

NEEDED = f"export_{HANDOVER.key}"


class PackForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of the document"),
        help_text=_(
            "The letter is in this language. The document has all names, of signers in every "
            "language."
        ),
    )
    purpose = forms.CharField(
        label=_("What is the file for?"),
        max_length=255,
        help_text=_("To whom it is handed over, and when. It stays in the history."),
    )

    def __init__(
        self,
        *args: Any,
        rows: list[Petition],
        spoken: Locale | None,
        left: int | None,
        count: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.left, self.count = left, count
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(each.pk), each.locale.get_display_name()) for each in rows]
        field.initial = next((each.pk for each in rows if each.locale == spoken), None)
        if len(rows) == 1:
            field.widget, field.initial = forms.HiddenInput(), rows[0].pk

    def clean(self) -> dict[str, Any]:
        if self.left is not None and self.count > self.left:
            self.add_error("purpose", TOO_MANY)
        return self.cleaned_data


class PackView(OneAfterAnother):
    """Ask for the language and the purpose, and have the pack made."""

    model = Petition
    permission_required = NEEDED
    form_class = PackForm
    template_name = "campaigns/cms/pack.html"
    page_title = _("Pack for handing over")
    header_icon = "download"
    decline = _("No, do not export")
    question = _(
        "A ZIP file with everything that you hand over: a document (PDF) with the letter, the "
        "totals by country and month and all names by country, the same names as XLSX and CSV, and "
        "the SHA-256 of each file. It has the names of confirmed signatures, and no email "
        "addresses. The history of the petition shows that you exported them, and what for."
    )

    def find(self, *, pk: int) -> None:
        user = self.request.user
        self.petition = get_object_or_404(Petition, pk=pk).original
        self.back_url = home_url(self.petition, user)
        self.back_label = self.page_subtitle = self.petition.title
        self.signatures = Signature.objects.filter(tally=self.petition.tally)
        self.count = HANDOVER.narrowed(self.signatures).count()
        text = ngettext("%s name", "%s names", self.count)
        self.heading = text % intcomma(self.count)
        held = quarantined(self.petition.tally)
        text = ngettext(
            "%s signature is quarantined: it does not count, and is not in this pack.",
            "%s signatures are quarantined: they do not count, and are not in this pack.",
            held,
        )
        if self.petition.confirms_by_email:
            text = ngettext(
                "%s confirmed signature is quarantined: it does not count, and is not in this "
                "pack.",
                "%s confirmed signatures are quarantined: they do not count, and are not in this "
                "pack.",
                held,
            )
        self.held = text % intcomma(held) if held else ""
        self.left = export_allowance.left(user)
        self.rows = [
            each
            for each in (self.petition, *self.petition.get_translations().select_related("locale"))
            if each.version is not None
        ]

    def nothing_to_do(self) -> Text:
        if not self.rows:
            return _("This petition is a draft: publish it before you hand it over.")
        if not self.count:
            return _("There is no confirmed signature whose name is stored.")
        return ""

    def get_form_kwargs(self) -> dict[str, Any]:
        about = {"rows": self.rows, "left": self.left, "count": self.count}
        about["spoken"] = language_of(self.petition)
        return {**super().get_form_kwargs(), **about}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = "" if self.left is None else export_allowance.told(self.left)
        moderates = may(self.request.user, "moderate_signatures", self.petition)
        queue_url = reverse("quarantine") if moderates else ""
        return {**super().get_context_data(**kwargs), "allowance": told, "queue_url": queue_url}

    def buttons(self) -> list[Button]:
        return [Button(_("Create the pack"))]

    def act(self, form: forms.Form) -> HttpResponse:
        chosen = next(each for each in self.rows if str(each.pk) == form.cleaned_data["language"])
        lock = export_answers.lock_name(
            self.request.user, HANDOVER, jobs.PACK, {"petition": chosen.pk}
        )
        if jobs.is_under_way(self.request.user, lock):
            text = _("This pack is already being created.")
            return self.leave(messages.warning, text, to=reverse("jobs"))
        export = Export(
            self.request,
            self.signatures,
            shape=HANDOVER,
            format=jobs.PACK,
            filters={"petition": self.petition},
            searched=False,
            purpose=form.cleaned_data["purpose"],
            language=chosen.locale.language_code,
        )
        jobs.ask_for_pack(export, chosen, count=self.count, lock=lock)
        return self.leave(messages.success, ASKED, to=reverse("jobs"))
