"""The list of petitions, one row each with its languages, in a fixed number of queries."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import CollectionFilter, WagtailFilterSet
from wagtail.admin.ui.tables import (
    Column,
    NumberColumn,
    UpdatedAtColumn,
)
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views.generic import IndexView as GenericIndexView
from wagtail.admin.widgets.button import Button
from wagtail.models import Collection, Locale, Revision, WorkflowState
from wagtail.snippets.views.snippets import IndexView

from campaigns import scheduling
from campaigns.cms.permissions import SEE, StaffRequest, may, petition_policy
from campaigns.cms.petitions.views import address, home_url
from campaigns.cms.translations.translating import buttons
from campaigns.pages.listed import published_petitions
from campaigns.petitions.panels import URLS
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.petitions.state import State, in_state
from campaigns.petitions.tally import Tally

# The filter's value for petitions in moderation, which is not a state that the public sees.
WAITS, IN_MODERATION = "moderation", _("in moderation")


class Language(NamedTuple):
    """A petition in one language, whether it waits for approval, and when a draft goes live."""

    petition: Petition
    waits: bool
    goes_live_at: datetime | None


def collections_of(request: StaffRequest) -> QuerySet[Collection]:
    return petition_policy.collections_user_has_any_permission_for(request.user, SEE)


def collection_contents(collection: Collection) -> dict[str, Any] | None:
    """Describe a collection's petitions, which keep Wagtail from deleting it; None without any.

    For the `describe_collection_contents` hook.
    """
    count = Petition.objects.filter(collection=collection).count()
    if not count:
        return None
    text = ngettext("%(count)s petition", "%(count)s petitions", count) % {"count": count}
    url = f"{reverse(f'{URLS}:list')}?collection={collection.pk}"
    return {"count": count, "count_text": text, "url": url}


def in_moderation() -> list[int]:
    """Return the primary keys of the petitions, in any language, that wait for approval."""
    waiting = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        base_content_type=ContentType.objects.get_for_model(Petition),
    )
    return [int(key) for key in waiting.values_list("object_id", flat=True)]


def to_be_published() -> list[int]:
    """Return the primary keys of the petitions, in any language, that have a scheduled version."""
    scheduled = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(Petition), approved_go_live_at__isnull=False
    )
    return [int(key) for key in scheduled.values_list("object_id", flat=True)]


class PetitionFilters(WagtailFilterSet):
    """Filters that find a petition if it matches in one of its languages."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[*State.choices, (WAITS, IN_MODERATION)],
        method="in_state",
        empty_label=_("All"),
    )
    collection = CollectionFilter(label=_("Collection"), queryset=collections_of)

    class Meta:
        model = Petition
        fields: list[str] = []

    def in_state(self, queryset: QuerySet[Petition], name: str, value: str) -> QuerySet[Petition]:
        rows = Petition.objects.all()
        if value == WAITS:
            rows = rows.filter(pk__in=in_moderation())
        elif value == State.DRAFT:
            rows = rows.exclude(pk__in=published_petitions()).exclude(pk__in=to_be_published())
        else:
            fits = Q(in_state(State(value), "translation_key"), live=True)
            if value == State.SCHEDULED:
                fits |= Q(live=False, pk__in=to_be_published())
            rows = rows.filter(fits)
        return queryset.filter(translation_key__in=rows.values("translation_key"))


def collection_name(petition: Petition) -> str:
    """Return "" for Wagtail's first collection, whose name “Root” tells users nothing."""
    return "" if petition.collection.is_root() else petition.collection.name


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
        """Return the originals, which represent their translations in the same collection."""
        originals = super().get_base_queryset().filter(pk__in=Tally.objects.values("petition"))
        return originals.select_related("collection", "locale")

    def search_queryset(self, queryset: QuerySet[Petition]) -> QuerySet[Petition]:
        """Find a petition by its words in each language."""
        if not self.is_searching:
            return queryset
        found: QuerySet[Petition] = super().search_queryset(Petition.objects.all())
        return queryset.filter(translation_key__in=found.values("translation_key"))

    def filter_queryset(self, queryset: QuerySet[Petition]) -> QuerySet[Petition]:
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)

    def paginate_queryset(
        self, queryset: QuerySet[Petition], page_size: int
    ) -> tuple["Paginator[Petition]", "Page[Petition]", QuerySet[Petition], bool]:
        paginated = super().paginate_queryset(queryset, page_size)
        rows = fetch_tallies(paginated[2])
        self.translating = buttons(self.request.user, rows)
        self.languages = languages_of(rows)
        return paginated

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the list, without Wagtail's checkboxes for bulk actions."""
        several = Locale.objects.count() > 1
        languages = [LanguagesColumn("languages", self, label=_("Languages"))] if several else []
        return [
            self._get_title_column("title", accessor=get_latest_str, classname="petition-title"),
            StatesColumn("state", self, label=_("State")),
            *languages,
            NumberColumn("tally.count", label=_("Signatures")),
            NumberColumn("tally.pending", label=_("Awaiting confirmation")),
            GoalColumn("tally.goal", label=_("Goal")),
            Column("closes", label=_("Closes"), accessor=closing_day),
            Column("data", label=_("Data retained until"), accessor=data_until),
            Column("collection", label=_("Collection"), accessor=collection_name),
            UpdatedAtColumn(),
        ]

    def get_list_more_buttons(self, instance: Petition) -> list[Button]:
        return super().get_list_more_buttons(instance) + self.translating.get(instance.pk, [])

    def get_list_buttons(self, instance: Petition) -> list[Button]:
        """Return Wagtail's own buttons, skipping a hook.

        In that hook, wagtail-localize makes queries for each row.
        """
        return GenericIndexView.get_list_buttons(self, instance)

    def get_edit_url(self, instance: Petition) -> str | None:
        return super().get_edit_url(instance) if self.may("change", instance) else None

    def get_delete_url(self, instance: Petition) -> str | None:
        return super().get_delete_url(instance) if self.may("delete", instance) else None

    def get_inspect_url(self, instance: Petition) -> str:
        return address("inspect", instance)

    def may(self, action: str, petition: Petition) -> bool:
        return may(self.request.user, action, petition)


def languages_of(rows: list[Petition]) -> dict[UUID, list[Language]]:
    """Return each petition in all its languages, the original first. Makes three queries."""
    found = {row.translation_key: [row] for row in rows}
    others = Petition.objects.filter(translation_key__in=found).exclude(
        pk__in=[row.pk for row in rows]
    )
    for other in others.select_related("locale", "collection").order_by("locale__language_code"):
        other.tally = found[other.translation_key][0].tally
        found[other.translation_key].append(other)
    waiting = set(in_moderation())
    moments = scheduling.go_live_at(each for petitions in found.values() for each in petitions)
    return {
        key: [Language(each, each.pk in waiting, moments.get(each.pk)) for each in petitions]
        for key, petitions in found.items()
    }


class OfList(Column):
    """A column that reads the languages of each petition from the view of the list."""

    def __init__(self, name: str, view: PetitionIndexView, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.view = view


class StatesColumn(OfList):
    """The state that the public sees, and whether the petition waits for approval."""

    cell_template_name = "campaigns/cms/states_cell.html"

    def get_cell_context_data(self, instance: Petition, parent_context: Any) -> dict[str, Any]:
        languages = self.view.languages[instance.translation_key]
        return {
            **super().get_cell_context_data(instance, parent_context),
            "petition": instance,
            "waits": any(each.waits for each in languages),
            "goes_live_at": languages[0].goes_live_at,
        }


class LanguagesColumn(OfList):
    """The languages of a petition, each with its state and a link to the petition in it."""

    cell_template_name = "campaigns/cms/languages_cell.html"

    def get_cell_context_data(self, instance: Petition, parent_context: Any) -> dict[str, Any]:
        languages = self.view.languages[instance.translation_key]
        user = self.view.request.user
        return {
            **super().get_cell_context_data(instance, parent_context),
            "languages": [(each, home_url(each.petition, user)) for each in languages],
        }


def day(moment: datetime | None) -> str:
    """Return a day in the user's time zone; "" for None.

    Wagtail's own column would show a moment in the future as "just now".
    """
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT") if moment else ""


def closing_day(petition: Petition) -> str:
    """Return the day on which a petition closes; "" for one that was won, since nobody can sign."""
    return "" if petition.tally.won_at else day(petition.original.closes_at)


def data_until(petition: Petition) -> str:
    if petition.tally.held_at:
        return gettext("on hold")
    return day(petition.tally.data_ends_at)


class GoalColumn(NumberColumn):
    """A column with a number, or empty where there is no goal."""

    def get_cell_context_data(self, instance: Petition, parent_context: Any) -> dict[str, Any]:
        if self.get_value(instance) is None:
            context = Column.get_cell_context_data(self, instance, parent_context)
            return {**context, "value": ""}
        return super().get_cell_context_data(instance, parent_context)
