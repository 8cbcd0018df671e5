"""The list of signatures: Wagtail's own view of a list, with filters and an export."""

from typing import Any
from urllib.parse import urlencode

import django_filters
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import (
    Column,
    StatusTagColumn,
    TitleColumn,
)
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.admin.widgets.button import Button
from wagtail_modeladmin.options import ModelAdmin

from campaigns.cms.dates import DaysFilter
from campaigns.cms.permissions import StaffRequest, signature_policy, signatures_for, tallies_for
from campaigns.cms.signatures.searching import OneSearchPaginator, PatientSearchForm
from campaigns.moderation import queue, screening
from campaigns.petitions.petition import Petition
from campaigns.signatures.conditions import IN_STATE, STATES
from campaigns.signatures.signature import Signature
from campaigns.trends import alarms


def signed(signature: Signature) -> str:
    """The moment of signing, short, in the user's time zone, on two lines at most."""
    day, space, time = date_format(
        timezone.localtime(signature.signed_at), "SHORT_DATETIME_FORMAT"
    ).rpartition(" ")
    return day.replace(" ", "\N{NO-BREAK SPACE}") + space + time


def mailbox(signature: Signature) -> str:
    """The email, which may be broken before its @ only."""
    name, at, host = (signature.email or "").rpartition("@")
    return format_html("{}<wbr>{}{}", name, at, host)


def reason_of(signature: Signature) -> str:
    """The reason for the moderation, in words: that of screening, or what a colleague wrote."""
    known = dict(screening.Reason.choices)
    return str(known.get(signature.moderation_reason, signature.moderation_reason)) or "—"


def petitions_of(request: StaffRequest) -> QuerySet[Petition]:
    """The petitions to filter by, whose signatures the user may view."""
    tallies = tallies_for(request.user, "view")
    return Petition.objects.filter(pk__in=tallies.values("petition")).order_by("title")


class SignatureFilters(WagtailFilterSet):
    petition = django_filters.ModelChoiceFilter(
        label=_("Petition"), queryset=petitions_of, field_name="tally__petition"
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), method="in_state", empty_label=_("All")
    )
    reason = django_filters.ChoiceFilter(
        label=_("Reason for quarantine"),
        field_name="moderation_reason",
        choices=screening.Reason.choices,
        empty_label=_("All"),
    )
    country = django_filters.ChoiceFilter(
        label=_("Country"), choices=lambda: list(countries), empty_label=_("All")
    )
    source = django_filters.CharFilter(label=_("Source begins with"), lookup_expr="istartswith")
    framed_by = django_filters.CharFilter(label=_("Embedding site"), lookup_expr="iexact")
    signed_at = DaysFilter(label=_("Signed"), widget=DateRangePickerWidget)
    updates = django_filters.BooleanFilter(label=_("Keep me informed"), widget=BooleanRadioSelect)
    group = django_filters.ChoiceFilter(
        label=_("Group in quarantine"), choices=[], method="in_group", empty_label=_("All")
    )
    alarm = django_filters.ChoiceFilter(
        label=_("Alarm"), choices=[], method="in_alarm", empty_label=_("All")
    )

    class Meta:
        model = Signature
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A group or an alarm is no choice but that in the address, which other screens lead to."""
        super().__init__(*args, **kwargs)
        for name, label in (("group", _("the group you chose")), ("alarm", _("the one you chose"))):
            if key := self.data.get(name):
                self.filters[name].extra["choices"] = [(key, label)]
            else:
                del self.filters[name]

    def in_state(self, queryset: QuerySet[Signature], name: str, value: str) -> QuerySet[Signature]:
        return queryset.filter(IN_STATE[value])

    def in_group(self, queryset: QuerySet[Signature], name: str, value: str) -> QuerySet[Signature]:
        return queue.in_group(queryset, value)

    def in_alarm(self, queryset: QuerySet[Signature], name: str, value: str) -> QuerySet[Signature]:
        return alarms.selection(queryset, value)


def filter_parameters() -> set[str]:
    """The parameters of the URL that narrow the list down: the filters' and the search's."""
    names = {"q"}
    for name, filter in SignatureFilters.get_filters().items():
        suffixes = getattr(filter.extra.get("widget"), "suffixes", None)
        names |= {f"{name}_{suffix}" for suffix in suffixes} if suffixes else {name}
    return names


class SignatureIndexView(IndexView):
    """The list. An invalid filter, or one that the user may not use, gives an empty list."""

    request: StaffRequest
    model_admin: ModelAdmin | None = None
    model = Signature
    any_permission_required = ["view"]
    filterset_class = SignatureFilters
    search_fields = ["name", "email"]
    search_backend_name = None
    paginate_by = 50
    # Primary keys are ordered by time, so no other index is needed.
    default_ordering = "-pk"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        admin = self.model_admin
        assert admin
        # ModelAdmin chooses the class of its helper at run time.
        name = admin.url_helper.get_action_url_name  # type: ignore[has-type]
        self.index_url_name, self.index_results_url_name = name("index"), name("results")
        self.inspect_url_name, self.delete_url_name = name("inspect"), name("delete")
        self.header_icon, self.page_title = admin.get_menu_icon(), admin.get_menu_label()
        super().setup(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_export:
            return redirect(self.get_export_url(request.GET["export"]))
        return super().get(request, *args, **kwargs)

    # --- the list ---

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column_class(TitleColumn)(
                "name",
                label=_("Name"),
                accessor=lambda signature: signature.name or "—",
                get_url=self.get_inspect_url,
                classname="signature-name",
            ),
            Column("email", label=_("Email"), accessor=mailbox, classname="signature-email"),
            Column("tally.petition.title", label=_("Petition"), classname="signature-petition"),
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor=lambda signature: STATES[signature.state],
                primary=lambda signature: signature.state == "confirmed",
            ),
            *self.why,
            Column("country.name", label=_("Country")),
            Column("signed", label=_("Signed"), accessor=signed, sort_key="pk"),
            Column(
                "updates",
                label=_("Informed"),
                accessor=lambda signature: _("yes") if signature.updates else "",
            ),
        ]

    @property
    def why(self) -> list[Column]:
        """The column with the reasons, where the filters show moderated signatures."""
        filters = self.request.GET
        states = ("quarantined", "invalidated")
        if filters.get("state") not in states and not {"reason", "group", "alarm"} & filters.keys():
            return []
        return [Column("reason", label=_("Reason"), accessor=reason_of)]

    def get_base_queryset(self) -> QuerySet[Signature]:
        signatures = signatures_for(self.request.user, "view")
        return signatures.select_related("tally__petition__collection")

    def get_search_form(self) -> PatientSearchForm:
        return PatientSearchForm(
            self.request.GET if self.search_kwarg in self.request.GET else None
        )

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator[Signature]:
        if self.is_searching:
            return OneSearchPaginator(*args, rows=self.get_base_queryset(), **kwargs)
        return super().get_paginator(*args, **kwargs)

    def filter_queryset(self, queryset: QuerySet[Signature]) -> QuerySet[Signature]:
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)

    def get_delete_url(self, instance: Signature) -> str | None:
        user = self.request.user
        if signature_policy.user_has_permission_for_instance(user, "delete", instance):
            return super().get_delete_url(instance)
        return None

    # --- moderating and exporting what it shows ---

    def shown(self) -> list[tuple[str, str]]:
        """The parameters of the URL that say which signatures the list shows."""
        known = filter_parameters()
        return [(name, text) for name, text in self.request.GET.items() if name in known and text]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if signature_policy.user_has_permission(self.request.user, "moderate"):
            url = f"{reverse('moderate_signatures')}?{urlencode(self.shown())}"
            label = _("Release or invalidate all signatures shown")
            buttons.append(Button(label, url=url, icon_name="check", priority=50))
        return buttons

    @cached_property
    def show_export_buttons(self) -> bool:
        return signature_policy.user_has_permission(self.request.user, "export")

    def get_export_url(self, format: str) -> str:
        """The URL of the screen that asks what the file is for, for Wagtail's buttons."""
        return f"{reverse('export_signatures')}?{urlencode([*self.shown(), ('export', format)])}"
