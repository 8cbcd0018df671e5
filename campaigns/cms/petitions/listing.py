"""The list of petitions with their states and counts, in a fixed number of queries."""

from datetime import datetime
from typing import Any

import django_filters
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import CollectionFilter, WagtailFilterSet
from wagtail.admin.ui.tables import (
    Column,
    LocaleColumn,
    NumberColumn,
    StatusTagColumn,
    UpdatedAtColumn,
)
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views.generic import IndexView as GenericIndexView
from wagtail.admin.widgets.button import Button
from wagtail.models import Collection, Locale
from wagtail.snippets.views.snippets import IndexView

from campaigns.cms.permissions import SEE, StaffRequest, may, petition_policy
from campaigns.cms.petitions.views import address
from campaigns.cms.translating import buttons
from campaigns.pages.listed import published_petitions
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.petitions.state import State, in_state


def collections_of(request: StaffRequest) -> QuerySet[Collection]:
    user = request.user
    if user.is_superuser:
        return Collection.objects.all()
    return petition_policy.collections_user_has_any_permission_for(user, SEE)


def collection_contents(collection: Collection) -> dict[str, Any] | None:
    """The petitions of a collection, for which Wagtail refuses to delete it; None without any.

    For the hook `describe_collection_contents`.
    """
    count = Petition.objects.filter(collection=collection).count()
    if not count:
        return None
    text = ngettext("%(count)s petition", "%(count)s petitions", count) % {"count": count}
    url = f"{reverse(f'{URLS}:list')}?collection={collection.pk}"
    return {"count": count, "count_text": text, "url": url}


class PetitionFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=State.choices, method="in_state", empty_label=_("All")
    )
    collection = CollectionFilter(label=_("Collection"), queryset=collections_of)

    class Meta:
        model = Petition
        fields: list[str] = []

    def in_state(self, queryset: QuerySet[Petition], name: str, value: str) -> QuerySet[Petition]:
        if value == State.DRAFT:
            return queryset.exclude(pk__in=published_petitions())
        return queryset.filter(in_state(State(value), "translation_key"), live=True)


class PetitionIndexView(IndexView):
    """Wagtail's list of snippets, confined to the petitions that the user may see."""

    request: StaffRequest
    any_permission_required = SEE
    filterset_class = PetitionFilters
    default_ordering = "-_updated_at"
    search_fields = ["title", "ask"]
    search_backend_name = None
    paginate_by = 50

    def get_base_queryset(self) -> QuerySet[Petition]:
        return super().get_base_queryset().select_related("collection", "locale")

    def filter_queryset(self, queryset: QuerySet[Petition]) -> QuerySet[Petition]:
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)

    def paginate_queryset(
        self, queryset: QuerySet[Petition], page_size: int
    ) -> tuple["Paginator[Petition]", "Page[Petition]", QuerySet[Petition], bool]:
        paginated = super().paginate_queryset(queryset, page_size)
        self.translating = buttons(self.request.user, fetch_tallies(paginated[2]))
        return paginated

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the list, without Wagtail's checkboxes for bulk actions."""
        languages = [LocaleColumn(label=_("Language"))] if Locale.objects.count() > 1 else []
        return [
            self._get_title_column("title", accessor=get_latest_str, classname="petition-title"),
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor=lambda petition: petition.state.label,
                primary=lambda petition: petition.state == State.OPEN,
            ),
            *languages,
            NumberColumn("tally.total", label=_("Signatures")),
            NumberColumn("tally.pending", label=_("Awaiting confirmation")),
            GoalColumn("original.goal", label=_("Goal")),
            Column(
                "closes",
                label=_("Closes"),
                accessor=lambda petition: day(petition.original.closes_at),
            ),
            Column("data", label=_("Data retained until"), accessor=data_until),
            Column("collection.name", label=_("Collection")),
            UpdatedAtColumn(),
        ]

    def get_list_more_buttons(self, instance: Petition) -> list[Button]:
        return super().get_list_more_buttons(instance) + self.translating.get(instance.pk, [])

    def get_list_buttons(self, instance: Petition) -> list[Button]:
        """Wagtail's own buttons, without the hook for which wagtail-localize queries each row."""
        return GenericIndexView.get_list_buttons(self, instance)

    def get_edit_url(self, instance: Petition) -> str | None:
        return super().get_edit_url(instance) if self.may("change", instance) else None

    def get_delete_url(self, instance: Petition) -> str | None:
        return super().get_delete_url(instance) if self.may("delete", instance) else None

    def get_inspect_url(self, instance: Petition) -> str:
        return address("inspect", instance)

    def may(self, action: str, petition: Petition) -> bool:
        return may(self.request.user, action, petition)


def day(moment: datetime | None) -> str:
    """A day in the user's time zone; "" for None.

    Wagtail's own column would show a moment in the future as "just now".
    """
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT") if moment else ""


def data_until(petition: Petition) -> str:
    if petition.tally.held_at:
        return gettext("on hold")
    return day(petition.tally.data_ends_at)


class GoalColumn(NumberColumn):
    """A column with a number, or with nothing where there is no goal."""

    def get_cell_context_data(self, instance: Petition, parent_context: Any) -> dict[str, Any]:
        if self.get_value(instance) is None:
            context = Column.get_cell_context_data(self, instance, parent_context)
            return {**context, "value": ""}
        return super().get_cell_context_data(instance, parent_context)
