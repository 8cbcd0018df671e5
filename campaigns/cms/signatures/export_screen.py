"""The screen that asks what an export is for, and answers with the file."""

from collections.abc import Iterable, Set
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.cms.jobs import exports as jobs
from campaigns.cms.permissions import signature_policy, tallies_for
from campaigns.cms.presets import saving
from campaigns.cms.screens import Button
from campaigns.cms.signatures import earlier_exports, export_allowance, export_answers
from campaigns.cms.signatures.export_allowance import OneAfterAnother
from campaigns.cms.signatures.export_answers import Export
from campaigns.cms.signatures.list_screens import ListQuestionView, numbered
from campaigns.exports import later_exports, only_new, shapes
from campaigns.exports.presets import ExportPreset
from campaigns.exports.shapes import SHAPES, Shape
from campaigns.paragraphs import Text
from campaigns.signatures.signature import Signature
from operations import locks

FORMATS = tuple(export_answers.FILES)
# The URL parameter that limits the file to what is new since the last export.
NEW = "new"
ASKED = _(
    "The server is creating the file. You can download it here for 24 hours once it is ready."
)
# The note on a shape whose file a job makes.
LATER = _("The server creates this file while you go on working; you download it from your jobs.")
TOO_MANY = _("These are more signatures than you can export now.")


class PurposeForm(forms.Form):
    """A form that asks what the file is for. `counts` are the rows of each offered shape."""

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

    def is_too_many(self, key: str) -> bool:
        return self.left is not None and self.counts[key] > self.left

    def described(self, key: str) -> str:
        """Return the name of a shape, its number of rows, and its contents."""
        shape, count = SHAPES[key], self.counts[key]
        note = TOO_MANY if self.is_too_many(key) else LATER if later_exports.is_large(count) else ""
        below = [shape.contents, *filter(None, [self.since.get(key), note])]
        return format_html(
            '<span class="export-shape"><b>{}</b> <span>{}</span> {}</span>',
            shape.name,
            numbered(count),
            format_html_join(" ", "<small>{}</small>", ((text,) for text in below)),
        )


class OneShapeForm(PurposeForm):
    """The form for the purpose where the shape is already fixed."""

    @property
    def told(self) -> list[str]:
        """What the screen says about the shape."""
        return [self.described(key) for key in self.counts]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.is_too_many(*self.counts):
            self.add_error("purpose", TOO_MANY)
        return self.cleaned_data


class ExportForm(PurposeForm):
    shape = forms.ChoiceField(label=_("What is in the file?"), widget=forms.RadioSelect)
    field_order = ["shape", "purpose"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shape"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, self.described(key)) for key in self.counts
        ]

    def clean_shape(self) -> str:
        shape: str = self.cleaned_data["shape"]
        if self.is_too_many(shape):
            raise ValidationError(TOO_MANY)
        return shape


class ExportView(OneAfterAnother, ListQuestionView):
    """Export what the list shows with the same query, from petitions that the user may export."""

    form_class: type[PurposeForm] = ExportForm
    template_name = "campaigns/cms/export.html"
    page_title = _("Export signatures")
    header_icon = "download"
    decline = _("No, do not export")
    # The name of the shape of an export that is still running, or "".
    running: Text = ""
    is_job = False  # whether a job makes that file
    # Whether the user can choose format and columns on this screen.
    is_open = True
    preset: ExportPreset | None = None

    def find(self, **kwargs: Any) -> None:
        user = self.request.user
        if not signature_policy.user_has_permission(user, "export"):
            raise PermissionDenied
        self.shapes = {shape.key: shape for shape in self.offered(**kwargs)}
        self.read_query(own=("export", NEW))
        if self.unknown or not self.shapes:
            return
        self.list, shown = self.listed()
        self.signatures = shown.filter(tally__in=tallies_for(user, "export"))
        exportable = dict(tallies_for(user, "export").values_list("pk", "petition"))
        self.among = among(user, self.shapes, every=exportable.keys())
        self.kinds = {key: self.kind(shape) for key, shape in self.shapes.items()}
        latest = earlier_exports.moments(exportable.values(), self.kinds.values())
        self.moments = {key: latest[kind] for key, kind in self.kinds.items()}
        self.total, self.counts = self.counted()
        self.left = export_allowance.left(user)
        self.heading = self.title()
        self.question = _(
            "The file is a copy that the site cannot delete for you. The history of the petition "
            "shows that you exported it, with which filters, and what for."
        )

    def offered(self, **kwargs: Any) -> list[Shape]:
        """Return the shapes on offer; also read the format and other parameters from the URL."""
        self.format = self.request.GET.get("export", FORMATS[0])
        if self.format not in FORMATS:
            raise Http404
        self.is_new = self.request.GET.get(NEW) == "yes"
        return [shape for key, shape in SHAPES.items() if may_take(self.request.user, key)]

    def title(self) -> str:
        return numbered(self.total)

    def kind(self, shape: Shape) -> str:
        return earlier_exports.mark(shape.key, self.filters)

    def counted(self) -> tuple[int, dict[str, int]]:
        """Return how many signatures of the list are exportable, and the rows of each shape."""
        total, counts = shapes.counts(self.signatures, self.among)
        if self.is_new:
            for key, shape in self.shapes.items():
                counts[key] = shape.narrowed(self.taken(shape)).count()
        return total, counts

    def taken(self, shape: Shape) -> QuerySet[Signature]:
        """Return the signatures from which a shape takes its rows."""
        allowed = self.signatures.filter(self.among[shape.key])
        new = only_new.new(allowed, self.moments[shape.key], needs_proof=shape.needs_proof)
        return new if self.is_new else allowed

    def nothing_to_do(self) -> Text:
        return self.refusal()

    def get_form_kwargs(self) -> dict[str, Any]:
        told = {key: earlier_exports.told(found) for key, found in self.moments.items()}
        return {
            **super().get_form_kwargs(),
            "counts": self.counts,
            "left": self.left,
            "since": told if self.is_new else {},
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.request.method == "GET":
            running = (shape.name for shape in self.shapes.values() if self.is_running(shape))
            self.running = next(running, "")
        return {
            **super().get_context_data(**kwargs),
            "list_url": reverse("exports"),
            "allowance": "" if self.left is None else export_allowance.told(self.left),
            "formats": [
                (export_answers.CALLED[each], self.address(export=each))
                for each in FORMATS
                if each != self.format
            ],
            **self.beside(),
        }

    def beside(self) -> dict[str, Any]:
        """Return the other links of the screen: the columns of each shape, and the presets."""
        return {
            "columns": [
                (shape.name, self.address(to=reverse("export_columns", args=[key])))
                for key, shape in self.shapes.items()
            ],
            "presets": saving.listed(self.request.user, self.filters),
        }

    def address(self, *, to: str = "", **changed: str) -> str:
        """Return the URL of this or another screen, with the same filters and other parameters."""
        new = {NEW: "yes"} if self.is_new else {}
        query = {**self.filters, **new, "export": self.format, **changed}
        return f"{to or self.request.path}?{urlencode({k: v for k, v in query.items() if v})}"

    def other_address(self) -> str:
        """Return the URL of this screen for new signatures only, or for all of them again."""
        return self.address(**{NEW: "" if self.is_new else "yes"})

    def lock(self, shape: Shape) -> str:
        asked = {**self.filters, **({NEW: "yes"} if self.is_new else {})}
        if shape.cells != SHAPES[shape.key].cells:
            asked["columns"] = " ".join(shape.cells)
        if self.preset and self.is_new:
            asked["preset"] = str(self.preset.pk)
        return export_answers.lock_name(self.request.user, shape, self.format, asked)

    def is_running(self, shape: Shape) -> bool:
        lock = self.lock(shape)
        self.is_job = jobs.is_under_way(self.request.user, lock)
        return self.is_job or locks.is_held(lock)

    def buttons(self) -> list[Button]:
        if self.running and self.request.method == "POST":
            return [
                Button(
                    _("Download a second %s file") % export_answers.CALLED[self.format],
                    "second",
                    "yes",
                )
            ]
        return [Button(_("Download %s") % export_answers.CALLED[self.format])]

    def wanted(self, form: forms.Form) -> Shape:
        """Return the requested shape, with its columns."""
        return self.shapes[form.cleaned_data["shape"]]

    def act(self, form: forms.Form) -> HttpResponse:
        shape = self.wanted(form)
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
            preset=self.preset,
        )
        if later_exports.is_large(count):
            jobs.ask(export, count=count, lock=lock)
            return self.leave(messages.success, ASKED, to=reverse("jobs"))
        response: Any = export_answers.respond(export, lock=lock)
        return response  # streaming responses are not in the stubs of FormView


def may_take(user: User, shape: str) -> bool:
    """Return whether the user may export signatures in a shape, from any petition."""
    return signature_policy.user_has_permission(user, f"export_{shape}")


def among(user: User, keys: Iterable[str], *, every: Set[int]) -> dict[str, Q]:
    """Return, for each shape, which signatures it may contain of those of `every` tally."""
    found = {}
    for key in keys:
        allowed = set(tallies_for(user, f"export_{key}").values_list("pk", flat=True))
        found[key] = Q() if allowed == every else Q(tally__in=allowed)
    return found
