"""The screen that asks what an export is for, and answers with the file."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.cms.jobs import exports as jobs
from campaigns.cms.permissions import signature_policy, tallies_for
from campaigns.cms.screens import Button, Text
from campaigns.cms.signatures import allowance, earlier, exports
from campaigns.cms.signatures.exports import Export
from campaigns.cms.signatures.listed import ListedQuestion
from campaigns.exports import ordered, shapes, since
from campaigns.exports.shapes import SHAPES
from campaigns.signatures.signature import Signature
from operations import locks

FORMATS = tuple(exports.FILES)
# The parameter of the URL for what is new since the last export only.
NEW = "new"
ASKED = _("The server makes the file. You can download it here for 24 hours once it is ready.")
# What is said of a shape whose file a job makes.
LATER = _("The server makes this file while you go on working; you download it from your jobs.")
TOO_MANY = _("These are more signatures than you can export now.")


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

    def __init__(
        self,
        *args: Any,
        counts: dict[str, int],
        left: int | None,
        since: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.counts, self.left, self.since = counts, left, since
        self.fields["shape"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, self.described(key, count)) for key, count in counts.items()
        ]

    def is_too_many(self, key: str) -> bool:
        return self.left is not None and self.counts[key] > self.left

    def clean_shape(self) -> str:
        shape: str = self.cleaned_data["shape"]
        if self.is_too_many(shape):
            raise ValidationError(TOO_MANY)
        return shape

    def described(self, key: str, count: int) -> str:
        """The name of a shape, the number of its rows, and what is in it."""
        shape = SHAPES[key]
        note = TOO_MANY if self.is_too_many(key) else LATER if ordered.is_large(count) else ""
        below = [shape.contents, *filter(None, [self.since.get(key), note])]
        return format_html(
            '<span class="export-shape"><b>{}</b> <span>{}</span> {}</span>',
            shape.name,
            shapes.rows_of(count),
            format_html_join(" ", "<small>{}</small>", ((text,) for text in below)),
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
    is_job = False  # and not sent to the browser

    def find(self) -> None:
        if not signature_policy.user_has_permission(self.request.user, "export"):
            raise PermissionDenied
        self.format = self.request.GET.get("export", FORMATS[0])
        if self.format not in FORMATS:
            raise Http404
        self.is_new = self.request.GET.get(NEW) == "yes"
        self.read_query(own=("export", NEW))
        if self.unknown:
            return
        self.list, shown = self.listed()
        may_export = tallies_for(self.request.user, "export")
        self.signatures = shown.filter(tally__in=may_export)
        self.kinds = {key: earlier.mark(shape, self.filters) for key, shape in SHAPES.items()}
        self.moments = {
            key: earlier.moments(self.request.user, kind) for key, kind in self.kinds.items()
        }
        self.counts = self.counted()
        self.left = allowance.left(self.request.user)
        self.heading = shapes.rows_of(self.counts[shapes.EVERYTHING.key])
        self.question = _(
            "The file is a copy that the site cannot delete for you. The history of the petition "
            "shows that you exported it, with which filters, and what for."
        )

    def counted(self) -> dict[str, int]:
        """The number of rows of each shape."""
        if not self.is_new:
            return shapes.counts(self.signatures)
        return {key: shape.narrowed(self.taken(shape)).count() for key, shape in SHAPES.items()}

    def taken(self, shape: shapes.Shape) -> QuerySet[Signature]:
        """The signatures from which a shape takes its rows."""
        if self.is_new:
            return since.new(self.signatures, self.moments[shape.key])
        return self.signatures

    def nothing_to_do(self) -> Text:
        return self.refusal()

    def get_form_kwargs(self) -> dict[str, Any]:
        """Django's FormView makes the form with these."""
        told = {key: earlier.told(found) for key, found in self.moments.items()}
        return {
            **super().get_form_kwargs(),
            "counts": self.counts,
            "left": self.left,
            "since": told if self.is_new else {},
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.request.method == "GET":
            running = (shape.name for shape in SHAPES.values() if self.is_running(shape))
            self.running = next(running, "")
        return {
            **super().get_context_data(**kwargs),
            "list_url": reverse("exports"),
            "allowance": "" if self.left is None else allowance.told(self.left),
            "formats": [
                (exports.CALLED[each], self.address(each))
                for each in FORMATS
                if each != self.format
            ],
        }

    def address(self, format: str) -> str:
        """The URL of this screen for another format."""
        new = {NEW: "yes"} if self.is_new else {}
        return f"{self.request.path}?{urlencode({**self.filters, **new, 'export': format})}"

    def other_address(self) -> str:
        """The URL of this screen for what is new only, or for all again."""
        new = {} if self.is_new else {NEW: "yes"}
        return f"{self.request.path}?{urlencode({**self.filters, **new, 'export': self.format})}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Exports of one person are counted and recorded one after another."""
        with transaction.atomic():
            locks.wait(allowance.lock_name(self.request.user))
            self.left = allowance.left(self.request.user)
            return super().post(request, *args, **kwargs)

    def lock(self, shape: shapes.Shape) -> str:
        asked = {**self.filters, **({NEW: "yes"} if self.is_new else {})}
        return exports.lock_name(self.request.user, shape, self.format, asked)

    def is_running(self, shape: shapes.Shape) -> bool:
        lock = self.lock(shape)
        self.is_job = jobs.is_under_way(self.request.user, lock)
        return self.is_job or locks.is_held(lock)

    def buttons(self) -> list[Button]:
        if self.running and self.request.method == "POST":
            return [
                Button(
                    _("Download a second %s file") % exports.CALLED[self.format], "second", "yes"
                )
            ]
        return [Button(_("Download %s") % exports.CALLED[self.format])]

    def act(self, form: forms.Form) -> HttpResponse:
        shape = SHAPES[form.cleaned_data["shape"]]
        lock, count = self.lock(shape), self.counts[shape.key]
        if self.is_running(shape) and "second" not in self.request.POST:
            self.running = shape.name
            return self.ask_again(form, status=409)
        export = Export(
            self.request,
            self.taken(shape),
            shape=shape,
            format=self.format,
            filters=self.list.filters.form.cleaned_data,
            searched=self.list.is_searching,
            purpose=form.cleaned_data["purpose"],
            kind=self.kinds[shape.key],
            is_new=self.is_new,
        )
        if ordered.is_large(count):
            jobs.ask(export, count=count, lock=lock)
            return self.leave(messages.success, ASKED, to=reverse("jobs"))
        response: Any = exports.respond(export, lock=lock)
        return response  # streamed, which a FormView's answers are not in the stubs
