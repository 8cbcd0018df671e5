"""The list of exports: who exported which signatures, when, in which shape, and for what.

Wagtail's log holds an entry for each petition of an export. The list has one row for each export,
with the entries of those of its petitions that the reader may export as well.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import django_filters
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Min, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, Table
from wagtail.admin.views.reports.base import ReportView
from wagtail.models import ModelLogEntry, Site

from campaigns.cms.permissions import (
    StaffRequest,
    collections_for,
    signature_policy,
    tallies_for,
)
from campaigns.cms.signatures.recording import columns_in_words, in_words
from campaigns.exports import shapes
from campaigns.exports.export_log import EXPORT
from campaigns.exports.shapes import SHAPES
from campaigns.petitions.petition import Petition

URL, RESULTS = "exports", "exports_results"


def petitions_of(request: StaffRequest) -> QuerySet[Petition]:
    """Return the petitions whose exports the user sees: those whose signatures they may export."""
    tallies = tallies_for(request.user, "export")
    return Petition.objects.filter(pk__in=tallies.values("petition")).order_by("title")


def entries_for(request: StaffRequest) -> QuerySet[ModelLogEntry]:
    """Return the log entries of exports that the user may read.

    An export of no signatures at all is recorded in the history of the site. Only the user who made
    it and administrators see it.
    """
    of_none = ModelLogEntry.objects.get_for_model(Site)
    if not request.user.is_superuser:
        of_none = of_none.filter(user=request.user)
    keys = [str(key) for key in petitions_of(request).values_list("pk", flat=True)]
    of_petitions = ModelLogEntry.objects.get_for_model(Petition).filter(object_id__in=keys)
    found: QuerySet[ModelLogEntry] = (of_petitions | of_none).filter(action=EXPORT)
    return found


def people_of(request: StaffRequest) -> QuerySet[User]:
    """Return the users who made the exports that the user sees."""
    makers = entries_for(request).order_by().values("user")
    return User.objects.filter(pk__in=makers).order_by("username")


class ExportFilters(WagtailFilterSet):
    user = django_filters.ModelChoiceFilter(label=_("Who"), queryset=people_of)
    petition = django_filters.ModelChoiceFilter(
        label=_("Petition"), queryset=petitions_of, method="of_petition"
    )
    shape = django_filters.ChoiceFilter(
        label=_("What is in the file"),
        choices=lambda: [(shape.key, shape.name) for shape in SHAPES.values()],
        field_name="data__shape",
        empty_label=_("All"),
    )
    timestamp = django_filters.DateFromToRangeFilter(
        label=_("Exported"), widget=DateRangePickerWidget
    )

    class Meta:
        model = ModelLogEntry
        fields: list[str] = []

    def of_petition(
        self, queryset: QuerySet[ModelLogEntry], name: str, value: Petition
    ) -> QuerySet[ModelLogEntry]:
        of_petitions = queryset.filter(content_type=ContentType.objects.get_for_model(Petition))
        return of_petitions.filter(object_id=str(value.pk))


class Export(NamedTuple):
    """A row of the list: the entries of one export that its reader may see."""

    entries: list[ModelLogEntry]
    titles: list[str]
    # The name of the preset, if the reader may see it; otherwise "".
    preset: str

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.entries[0].data
        return data

    @property
    def moment(self) -> str:
        return date_format(timezone.localtime(self.entries[0].timestamp), "DATETIME_FORMAT")

    @property
    def who(self) -> str:
        return str(self.entries[0].user_display_name)

    @property
    def purpose(self) -> SafeString:
        """The purpose as typed, and the petitions, each on a line of its own."""
        titles = format_html_join("", "<div>{}</div>", ((title,) for title in self.titles))
        return format_html("<b>{}</b>{}", self.data.get("purpose") or "–", titles)

    @property
    def file(self) -> SafeString:
        """The file's shape, format, filters and name, and the SHA-256 of what was sent."""
        data = self.data
        shape, format = shapes.name_of(data.get("shape", "")), str(data.get("format", "")).upper()
        words, sha256 = in_words(data), data.get("sha256")
        lines = [gettext("Filters: %s") % words] if words else []
        lines += [gettext("Preset: %s") % self.preset] if self.preset else []
        lines += filter(None, [capfirst(columns_in_words(data))])
        lines.append(data.get("file", ""))
        sum = format_html("<div>SHA-256: <code>{}</code></div>", sha256) if sha256 else ""
        below = format_html_join("", "<div>{}</div>", ((line,) for line in lines))
        return format_html("<b>{}, {}</b>{}{}", shape, format, below, sum)

    @property
    def rows(self) -> str:
        """How many signatures of these petitions left the site, or may have."""
        rows, counted = (
            sum(entry.data.get(name, 0) for entry in self.entries) for name in ("rows", "counted")
        )
        if self.data.get("finished"):
            if self.data.get("fetched", 1):
                return intcomma(rows)
            return gettext("%s, not downloaded so far") % intcomma(rows)
        text = gettext("not finished: at most %(rows)s of %(counted)s")
        return text % {"rows": intcomma(rows), "counted": intcomma(counted)}


class ExportsPaginator(WagtailPaginator):
    """A paginator that counts “3 exports”, although the rows are entries of a log."""

    verbose_name = _("export")
    verbose_name_plural = _("exports")


class ExportsView(ReportView):
    """The exports of the petitions that the user may export, the newest first."""

    request: StaffRequest
    template_name = "campaigns/cms/exports.html"
    page_title = _("Exports of signatures")
    header_icon = "download"
    model = ModelLogEntry
    verbose_name_plural = ExportsPaginator.verbose_name_plural
    paginator_class = ExportsPaginator
    permission_policy = signature_policy
    any_permission_required = ["export"]
    filterset_class = ExportFilters
    index_url_name, index_results_url_name = URL, RESULTS
    default_ordering = "-pk"
    columns = [
        Column("purpose", label=_("What for"), classname="export-purpose"),
        Column("file", label=_("File"), classname="export-file"),
        Column("rows", label=_("Signatures")),
        Column("who", label=_("Who")),
        Column("moment", label=_("When")),
    ]

    @cached_property
    def visible(self) -> QuerySet[ModelLogEntry]:
        return entries_for(self.request)

    def get_base_queryset(self) -> QuerySet[ModelLogEntry]:
        return self.visible

    def filter_queryset(self, queryset: QuerySet[ModelLogEntry]) -> QuerySet[ModelLogEntry]:
        """Return one entry for each export; the entries of one request share a UUID."""
        if not self.filters.is_valid():
            return queryset.none()
        left = super().filter_queryset(queryset).order_by()
        first = left.values("uuid").annotate(first=Min("pk")).values("first")
        return queryset.filter(pk__in=first)

    def get_table(self, object_list: Iterable[ModelLogEntry]) -> Table:
        """Return the table of a page; its rows are read in three queries."""
        return super().get_table(self.exports(object_list))

    def exports(self, found: Iterable[ModelLogEntry]) -> list[Export]:
        uuids = [entry.uuid for entry in found]
        together = defaultdict(list)
        for entry in self.visible.filter(uuid__in=uuids).select_related("user").order_by("pk"):
            together[entry.uuid].append(entry)
        titles = {str(each.pk): each.title for each in petitions_of(self.request)}
        kind = ContentType.objects.get_for_model(Petition)  # a site may have the same number
        return [
            Export(
                together[uuid],
                [
                    titles[each.object_id]
                    for each in together[uuid]
                    if each.content_type_id == kind.pk and each.object_id in titles
                ],
                self.preset(together[uuid][0]),
            )
            for uuid in uuids
        ]

    def preset(self, entry: ModelLogEntry) -> str:
        """Return the name of an export's preset, for its maker and for users who could use it.

        A colleague may have used another team's preset for petitions of the user's team.
        """
        user = self.request.user
        collection = entry.data.get("preset_of")
        known = entry.user_id == user.pk or user.is_superuser or collection in self.collections
        return entry.data.get("preset", "") if known else ""

    @cached_property
    def collections(self) -> set[int]:
        """The collections from whose petitions the user may export signatures."""
        return set(collections_for(self.request.user, "export").values_list("pk", flat=True))


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [
        path("reports/exports/", ExportsView.as_view(), name=URL),
        path("reports/exports/results/", ExportsView.as_view(results_only=True), name=RESULTS),
    ]


class ExportsMenuItem(MenuItem):
    """The menu item among the reports, for users who may export.

    For the `register_reports_menu_item` hook.
    """

    def __init__(self) -> None:
        super().__init__(
            _("Exports of signatures"),
            reverse_lazy(URL),
            name="exports",
            icon_name="download",
            order=1150,
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return signature_policy.user_has_permission(request.user, "export")
