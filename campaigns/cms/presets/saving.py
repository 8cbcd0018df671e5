"""Presets of exports: listed for users who may use them, saved, renamed and deleted."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Collection

from campaigns.cms.fields import CollectionField
from campaigns.cms.permissions import collections_for, signature_policy
from campaigns.cms.screens import Button, QuestionView
from campaigns.cms.signatures.export_answers import CALLED
from campaigns.exports.presets import ExportPreset
from campaigns.exports.rows import heading
from campaigns.exports.shapes import ANSWERS, SHAPES, Shape, name_of
from campaigns.paragraphs import Text, with_commas
from campaigns.petitions.panels import SIGNATURES

# Parameters of the saving screen's URL besides the filters of the list.
OWN = ("shape", "columns", "format", "new")


def visible_to(user: User) -> QuerySet[ExportPreset]:
    """Return the user's own presets and the shared presets.

    A preset that is shared with a collection is visible to users who may export its signatures.
    """
    if not signature_policy.user_has_permission(user, "export"):
        return ExportPreset.objects.none()
    shared = Q(collection__in=collections_for(user, "export"))
    return ExportPreset.objects.filter(Q(owner=user) | shared).order_by("name", "pk")


def is_own(preset: ExportPreset, user: User) -> bool:
    """Return whether a user who sees a preset may change it: its owner, or all once they left."""
    return preset.owner_id == user.pk or not preset.owner.is_active


def shape_of(preset: ExportPreset) -> Shape:
    """Return the shape with the columns of the preset, in its order."""
    return SHAPES[preset.shape].with_columns(preset.columns)


def obstacle(user: User, preset: ExportPreset) -> Text:
    """Return why a user who sees a preset may not use it; "" if they may."""
    if not signature_policy.user_has_permission(user, f"export_{preset.shape}"):
        text = _(
            "“%(preset)s” has the shape “%(shape)s”, which you may not export. An administrator "
            "can give your group permission to export it."
        )
        return text % {"preset": preset.name, "shape": name_of(preset.shape)}
    if not set(shape_of(preset).cells) - {ANSWERS}:
        return _("The columns of this preset no longer exist. Please delete it.")
    return ""


def in_words(preset: ExportPreset) -> str:
    """Return shape, format, and whether only new rows: “Handing over, XLSX, only new ones”."""
    parts = [name_of(preset.shape), CALLED[preset.format]]
    if preset.is_new:
        parts.append(gettext("only new ones"))
    return with_commas(parts)


def address_of(preset: ExportPreset, filters: Mapping[str, object]) -> str:
    """Return the URL for exporting, with a preset, what the list shows with these filters."""
    return reverse("export_preset", args=[preset.pk], query=filters)


def listed(user: User, filters: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return what the screens show of each preset."""
    return [
        {
            "name": preset.name,
            "words": in_words(preset),
            "url": address_of(preset, filters),
            "is_shared": preset.collection_id is not None,
            "is_own": is_own(preset, user),
            "pk": preset.pk,
        }
        for preset in visible_to(user).select_related("owner")
    ]


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the preset"),
        max_length=80,
        help_text=_("“Names for the ministry”, “Newsletter”. Do not write any names of signers."),
    )


class PresetForm(NameForm):
    collection = CollectionField(
        label=_("Who may use it?"),
        queryset=Collection.objects.none(),
        required=False,
        empty_label=_("Only me"),
        help_text=_(
            "If you choose a collection, all colleagues who may export its signatures can use the "
            "preset. Each of them exports only the signatures that they may export."
        ),
    )
    is_new = forms.BooleanField(
        label=_("Each time only what is new since the last export with this preset"),
        required=False,
    )

    def __init__(self, *args: Any, collections: QuerySet[Collection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = collections  # type: ignore[attr-defined]


class SavePresetView(QuestionView):
    """Save the shape, the columns and the format in the URL under a name."""

    form_class = PresetForm
    page_title = _("Save a preset")
    header_icon = "download"
    back_label = _("Signatures")
    decline = _("No, do not save it")

    def find(self) -> None:
        """Read the requested file from the URL. Raise PermissionDenied if it is not allowed."""
        query = self.request.GET
        self.shape, self.format = query.get("shape", ""), query.get("format", "")
        right = f"export_{self.shape}" if self.shape in SHAPES else "export"
        if not signature_policy.user_has_permission(self.request.user, right):
            raise PermissionDenied
        self.filters = {name: query[name] for name in query if name not in OWN and query[name]}
        self.back_url = reverse(SIGNATURES, query=self.filters)
        chosen = list(dict.fromkeys(query.get("columns", "").split()))
        shape = SHAPES.get(self.shape)
        self.columns = shape.with_columns(chosen).cells if shape else ()
        if self.nothing_to_do():
            return
        self.heading = f"{name_of(self.shape)}, {CALLED[self.format]}"
        columns = with_commas(heading(name) for name in self.columns)
        text = _("Columns: %s. The filters of the list are not saved: a preset is for any list.")
        self.question = text % columns

    def nothing_to_do(self) -> Text:
        is_whole = self.format in CALLED and set(self.columns) - {ANSWERS}
        return "" if is_whole else _("There is nothing to save yet: choose the columns first.")

    def get_initial(self) -> dict[str, Any]:
        return {"is_new": self.request.GET.get("new") == "yes"}

    def get_form_kwargs(self) -> dict[str, Any]:
        collections = collections_for(self.request.user, f"export_{self.shape}")
        return {**super().get_form_kwargs(), "collections": collections}

    def buttons(self) -> list[Button]:
        return [Button(_("Save the preset"))]

    def act(self, form: forms.Form) -> HttpResponse:
        """Save the preset; pressing the button again does not save it twice."""
        values = {
            "owner": self.request.user,
            "shape": self.shape,
            "columns": list(self.columns),
            "format": self.format,
            **form.cleaned_data,
        }
        # Several may be the same by now: one was renamed, or shared with a collection that is gone.
        preset = ExportPreset.objects.filter(**values).first()
        preset = preset or ExportPreset.objects.create(**values)
        text = _("The preset has been saved. It is shown above the list of signatures.")
        return self.leave(messages.success, text, to=address_of(preset, self.filters))


class OwnPresetView(QuestionView):
    """Base of views about a preset that belongs to the user; those of others are a 404."""

    header_icon = "download"
    back_label = _("Signatures")

    def find(self, *, pk: int) -> None:
        self.preset = get_object_or_404(visible_to(self.request.user), pk=pk)
        if not is_own(self.preset, self.request.user):
            raise Http404
        self.back_url, self.heading = reverse(SIGNATURES), self.preset.name


class RenamePresetView(OwnPresetView):
    form_class = NameForm
    page_title = _("Rename a preset")
    decline = _("No, leave its name")
    question = _("The list of exports keeps the old name for the files that were created with it.")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.preset.name}

    def buttons(self) -> list[Button]:
        return [Button(_("Rename the preset"))]

    def act(self, form: forms.Form) -> HttpResponse:
        self.preset.name = form.cleaned_data["name"]
        self.preset.save(update_fields=["name"])
        return self.leave(messages.success, _("The preset has been renamed."))


class DeletePresetView(OwnPresetView):
    page_title = _("Delete a preset")
    header_icon = "bin"
    decline = _("No, keep it")

    def find(self, *, pk: int) -> None:
        super().find(pk=pk)
        self.question = (
            _("Delete this preset? The colleagues with whom it is shared lose it, too.")
            if self.preset.collection_id
            else _("Delete this preset?")
        )

    def buttons(self) -> list[Button]:
        return [Button(_("Delete the preset"), style="serious")]

    def act(self, form: forms.Form) -> HttpResponse:
        self.preset.delete()
        return self.leave(messages.success, _("The preset has been deleted."))


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    base = "signatures/export/presets"
    return [
        path(f"{base}/save/", SavePresetView.as_view(), name="save_export_preset"),
        path(f"{base}/<int:pk>/rename/", RenamePresetView.as_view(), name="rename_export_preset"),
        path(f"{base}/<int:pk>/delete/", DeletePresetView.as_view(), name="delete_export_preset"),
    ]
