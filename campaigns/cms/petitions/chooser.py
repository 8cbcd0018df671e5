"""The chooser of a petition for a page; it can also create one without leaving the page."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Page as Paged
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, LocaleColumn, StatusTagColumn
from wagtail.models import Locale, Page
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
    SnippetCreateView,
)

from campaigns.blocks.choosers import SnippetChooser
from campaigns.cms.permissions import StaffRequest, collections_for, petitions_seen_by
from campaigns.dates import EndOfDayInput
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.petitions.state import State


def locale_of_page(request: HttpRequest) -> Locale:
    """Return the locale of the page in whose editor the chooser was opened, or the default."""
    path = urlsplit(request.headers.get("Referer", "")).path
    try:
        found = resolve(path)
        if found.view_name in ("wagtailadmin_pages:edit", "wagtailadmin_pages:add"):
            # The last argument of the URL is the page itself, or the parent of a new page.
            pk = [*found.args, *found.kwargs.values()][-1]
            return Page.objects.select_related("locale").get(pk=pk).locale
    except (Resolver404, ObjectDoesNotExist, ValueError):
        pass
    return Locale.get_default()


class NewPetitionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A form with the fields that a petition requires; the letter is written afterwards."""

    target = forms.CharField(
        label=_("Addressed to"), required=False, max_length=120, help_text=_("Name of the target.")
    )

    class Meta:
        model = Petition
        fields = ["title", "ask", "closes_at", "collection"]
        widgets = {"closes_at": EndOfDayInput}

    field_order = ["title", "ask", "target", "closes_at", "collection"]

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.begin_in(locale_of_page(request))
        collections = collections_for(request.user, "add")
        field = self.fields["collection"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = collections, None
        if len(collections) == 1:
            self.instance.collection = collections[0]
            del self.fields["collection"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if target := self.cleaned_data.get("target"):
            self.instance.targets = [("target", {"name": target, "role": ""})]
        return self.cleaned_data


class WithCreationForm:
    request: StaffRequest

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        # The ids have a prefix, since the page's form behind the modal also has a title.
        own = {"request": self.request, "auto_id": "id_new_petition_%s"}
        return {**super().get_creation_form_kwargs(), **own}


class Seen:
    """A mixin that confines a chooser to the petitions that the user may see.

    Overrides `get_object_list` of Wagtail's chooser views.
    """

    request: StaffRequest
    title_column: Column

    def get_object_list(self) -> QuerySet[Petition]:
        return petitions_seen_by(self.request.user).select_related("latest_revision", "locale")

    def get_results_page(self, request: HttpRequest) -> "Paged[Petition]":
        page: Paged[Petition] = super().get_results_page(request)
        page.object_list = fetch_tallies(page.object_list)
        return page

    @property
    def columns(self) -> list[Column]:
        languages = [LocaleColumn(label=_("Language"), sort_key=None)] if self.several else []
        state = StatusTagColumn(
            "state",
            label=_("State"),
            accessor=lambda petition: petition.state.label,
            primary=lambda petition: petition.state == State.OPEN,
        )
        return [self.title_column, state, *languages]

    @cached_property
    def several(self) -> bool:
        return Locale.objects.count() > 1


class PetitionChooseView(Seen, WithCreationForm, ChooseView):
    ordering = "-pk"


class PetitionChooseResultsView(Seen, WithCreationForm, ChooseResultsView):
    ordering = "-pk"


class PetitionChosenView(SnippetChosenView):
    def get_object(self, pk: str) -> Petition:
        return petitions_seen_by(self.request.user).get(pk=pk)


class PetitionChosenMultipleView(SnippetChosenMultipleView):
    def get_objects(self, pks: list[str]) -> QuerySet[Petition]:
        return petitions_seen_by(self.request.user).filter(pk__in=pks)


class PetitionCreateView(WithCreationForm, SnippetCreateView):
    def save_form(self, form: NewPetitionForm) -> Petition:
        """Save a draft; Wagtail's own method would save a live petition."""
        with transaction.atomic():
            petition: Petition = form.save()
            petition.save_revision(user=self.request.user, log_action="wagtail.create", clean=False)
        return petition


class PetitionChooserViewSet(SnippetChooserViewSet):
    base_widget_class = SnippetChooser
    choose_view_class = PetitionChooseView
    choose_results_view_class = PetitionChooseResultsView
    chosen_view_class = PetitionChosenView
    chosen_multiple_view_class = PetitionChosenMultipleView
    create_view_class = PetitionCreateView
    creation_form_class = NewPetitionForm
    create_action_label = _("Create draft")
    search_tab_label = _("Search")  # Wagtail's own stays in the language of the server.
    creation_tab_label = _("New petition")
    page_title = _("Choose")
    choose_one_text = _("Choose a petition")
    choose_another_text = _("Choose another petition")
    edit_item_text = _("Edit this petition")
