"""The second screen of an import: the meaning of each column of the list."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.cms.imports.uploading import ImportScreen
from campaigns.cms.jobs import imports as jobs
from campaigns.cms.jobs import listing
from campaigns.cms.screens import Button
from campaigns.imports import headings, importing, reading, waiting
from campaigns.imports.imported import WAITING, Import
from campaigns.paragraphs import Text
from campaigns.petitions.petition import Petition

# The number of rows shown beneath each heading.
SHOWN = 3


class ColumnsForm(forms.Form):
    """A form with a choice for each column, named `column-` and its number."""

    day_first = forms.ChoiceField(
        label=_("What does 3/4/2026 mean?"),
        choices=[("yes", _("3 April 2026")), ("no", _("March 4, 2026"))],
        required=False,
    )

    def __init__(self, *args: Any, subject: Import, petition: Petition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = headings.offered(petition)
        labels = [(key, capfirst(str(headings.MEANINGS[key][0]))) for key in offered]
        for place, meaning in enumerate(subject.meanings):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                choices=[("", _("do not import")), *labels],
                initial=meaning,
                required=False,
                widget=forms.Select(attrs={"aria-labelledby": f"heading-{place}"}),
            )
        self.fields["day_first"].initial = "yes" if subject.day_first else "no"

    @property
    def meanings(self) -> list[str]:
        return [value for name, value in self.cleaned_data.items() if name.startswith("column-")]

    def clean(self) -> dict[str, Any]:
        """Check that a name column is chosen, and each meaning at most once."""
        data = super().clean() or self.cleaned_data
        chosen = [meaning for meaning in self.meanings if meaning]
        twice = {meaning for meaning in chosen if chosen.count(meaning) > 1}
        for meaning in sorted(twice):
            text = gettext("Two columns are chosen as “%s”. Please choose one.")
            raise ValidationError(text % headings.MEANINGS[meaning][0])
        if not {"name", "first", "last"} & set(chosen):
            raise ValidationError(_("Please choose the column with the name."))
        return data


class ListScreen(ImportScreen):
    """Base of the screens about an uploaded list."""

    def find(self, *, pk: int, import_pk: int, **kwargs: Any) -> None:
        super().find(pk=pk)
        found = Import.objects.filter(tally=self.petition.tally).select_related("tally__petition")
        self.subject = get_object_or_404(found, pk=import_pk)
        self.heading = f"{self.subject.file_name} · {self.petition.title}"

    def nothing_to_do(self) -> Text:
        if self.subject.state not in WAITING:
            return _("This list has been imported already.")
        return super().nothing_to_do()


class ColumnsView(ListScreen):
    """Ask for the meaning of the columns, and have the list checked."""

    form_class = ColumnsForm
    template_name = "campaigns/cms/import_columns.html"
    page_title = _("What do the columns mean?")

    def get_form_kwargs(self) -> dict[str, Any]:
        about = {"subject": self.subject, "petition": self.petition}
        return {**super().get_form_kwargs(), **about}

    def nothing_to_do(self) -> Text:
        gone = "" if self.first_rows else jobs.ERRORS[jobs.GONE]
        return super().nothing_to_do() or gone

    def buttons(self) -> list[Button]:
        return [Button(_("Check the list"))]

    def act(self, form: forms.Form) -> HttpResponse:
        assert isinstance(form, ColumnsForm)
        day_first = form.cleaned_data["day_first"] != "no"
        try:
            importing.choose(self.subject, form.meanings, day_first=day_first)
        except waiting.Gone:
            return self.leave(messages.warning, jobs.ERRORS[jobs.GONE])
        jobs.ask(jobs.CHECK, self.subject, by=self.request.user)
        text = _("The list is being checked. Nothing is imported before you have seen the result.")
        return self.leave(messages.success, text, to=reverse(listing.URL))

    @cached_property
    def first_rows(self) -> list[list[str]]:
        try:
            first = islice(waiting.rows_of(self.subject), SHOWN + 1)
            return [row for _number, row in first]
        except waiting.Gone:
            return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        encoding = self.subject.found["encoding"]
        shown = {"subject": self.subject, "encoding": reading.ENCODINGS.get(encoding, encoding)}
        return {**context, **shown, "columns": self.columns(context["form"])}

    def columns(self, form: forms.Form) -> Iterator[dict[str, Any]]:
        """Yield each column with its heading, its first cells and its field."""
        for place in range(len(self.subject.meanings)):
            cells = [row[place] if place < len(row) else "" for row in self.first_rows]
            yield {"heading": cells[0], "cells": cells[1:], "field": form[f"column-{place}"]}
