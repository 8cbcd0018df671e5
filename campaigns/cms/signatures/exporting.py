"""The screen that asks what an export is for, and answers with the file."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.cms.jobs import exports as jobs
from campaigns.cms.permissions import signature_policy, tallies_for
from campaigns.cms.screens import Button, Text
from campaigns.cms.signatures import exports
from campaigns.cms.signatures.exports import Export
from campaigns.cms.signatures.listed import ListedQuestion
from campaigns.exports import ordered, shapes
from campaigns.exports.shapes import SHAPES
from operations import locks

FORMATS = tuple(exports.FILES)
ASKED = _("The server makes the file. You can download it here for 24 hours once it is ready.")
# What is said of a shape whose file a job makes.
LATER = _("The server makes this file while you go on working; you download it from your jobs.")


class ExportForm(forms.Form):
    shape = forms.ChoiceField(label=_("What is in the file?"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("What is the file for?"),
        max_length=255,
        help_text=_(
            "“Handover to the minister”, “Letter to supporters in May”. It stays in the history; "
            "do not write any names of signers."
        ),
    )

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shape"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, self.described(key, count)) for key, count in counts.items()
        ]

    def described(self, key: str, count: int) -> str:
        """The name of a shape, the number of its rows, and what is in it."""
        shape = SHAPES[key]
        later = format_html("<small>{}</small>", LATER) if ordered.is_large(count) else ""
        return format_html(
            '<span class="export-shape"><b>{}</b> <span>{}</span> <small>{}</small>{}</span>',
            shape.name,
            shapes.rows_of(count),
            shape.contents,
            later,
        )


class ExportView(ListedQuestion):
    """Exports what the list shows with the same query, of the petitions that one may export."""

    form_class = ExportForm
    template_name = "campaigns/cms/export.html"
    page_title = _("Export signatures")
    header_icon = "download"
    decline = _("No, do not export")
    # What was started already and is still running: the name of the shape, or "".
    running: Text = ""

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
        self.counts = shapes.counts(self.signatures)
        self.heading = shapes.rows_of(self.counts[shapes.EVERYTHING.key])
        self.question = _(
            "The file is a copy that the site cannot delete for you. The history of the petition "
            "shows that you exported it, with which filters, and what for."
        )

    def nothing_to_do(self) -> Text:
        return self.refusal()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "counts": self.counts}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.request.method == "GET":
            running = [shape.name for shape in SHAPES.values() if self.is_running(shape)]
            self.running = running[0] if running else ""
        return {**super().get_context_data(**kwargs), "list_url": reverse("exports")}

    def lock(self, shape: shapes.Shape) -> str:
        return exports.lock_name(self.request.user, shape, self.format, self.filters)

    def is_running(self, shape: shapes.Shape) -> bool:
        lock = self.lock(shape)
        return locks.is_held(lock) or jobs.is_under_way(self.request.user, lock)

    def buttons(self) -> list[Button]:
        if self.running and self.request.method == "POST":
            return [Button(_("Download a second %s file") % self.format.upper(), "second", "yes")]
        return [Button(_("Download %s") % self.format.upper())]

    def act(self, form: forms.Form) -> HttpResponse:
        shape = SHAPES[form.cleaned_data["shape"]]
        lock, count = self.lock(shape), self.counts[shape.key]
        if self.is_running(shape) and "second" not in self.request.POST:
            self.running = shape.name
            return self.ask_again(form, status=409)
        export = Export(
            self.request,
            self.signatures,
            shape=shape,
            format=self.format,
            filters=self.list.filters.form.cleaned_data,
            searched=self.list.is_searching,
            purpose=form.cleaned_data["purpose"],
        )
        if ordered.is_large(count):
            jobs.ask(export, count=count, lock=lock)
            return self.leave(messages.success, ASKED, to=reverse("jobs"))
        response: Any = exports.respond(export, lock=lock)
        return response  # streamed, which a FormView's answers are not in the stubs
