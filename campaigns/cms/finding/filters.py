"""The filters of the list of signatures, each with an index that finds rare values."""

from typing import Any
from urllib.parse import urlsplit

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.models import Locale, Page

from campaigns.cms.permissions import StaffRequest, signatures_for, tallies_for
from campaigns.counting.arrivals import Arrival
from campaigns.dates import DaysField
from campaigns.finding import similar, traits
from campaigns.finding.traits import HasTrait
from campaigns.moderation import queue, screening
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import IN_STATE, STATES
from campaigns.signatures.signature import Signature
from campaigns.trends import alarms


def petitions_of(request: StaffRequest) -> QuerySet[Petition]:
    """Return the petitions that can be filtered by: those whose signatures the user may view."""
    tallies = tallies_for(request.user, "view")
    return Petition.objects.filter(pk__in=tallies.values("petition")).order_by("title")


def with_trait(signatures: QuerySet[Signature], letter: str, value: Any) -> QuerySet[Signature]:
    """Return the signatures that have a trait, both by the column and by the index."""
    column, _made = traits.MADE_OF[letter]
    return signatures.filter(Q(**{column: value}), HasTrait(letter, value))


def languages() -> list[tuple[str, str]]:
    """Return the languages of the site, in which people can sign."""
    return [(locale.language_code, str(locale)) for locale in Locale.objects.all()]


def pages_of(request: StaffRequest) -> QuerySet[Page]:
    """Return the pages on which people signed whose signatures the user may view."""
    arrived = Arrival.objects.filter(tally__in=tallies_for(request.user, "view"))
    return Page.objects.filter(pk__in=arrived.values("page")).order_by("title")


def host_of(site: str) -> str:
    """Return the host in an address as people copy it, with or without scheme, port and path."""
    try:
        host = urlsplit(site if "//" in site else f"//{site}").hostname or site.lower()
        return punycode(host.rstrip("."))
    except ValueError:  # such as “[”, or a name that no host can have
        return site.lower()


class SiteDaysField(DaysField):
    """Two days of the site's time zone, as in files, statistics and the log of exports."""

    def compress(self, data_list: list[Any]) -> slice | None:
        with timezone.override(timezone.get_default_timezone()):
            days: slice | None = super().compress(data_list)
            return days


class SiteDaysFilter(django_filters.DateFromToRangeFilter):
    field_class = SiteDaysField


class SignatureFilters(WagtailFilterSet):
    petition = django_filters.ModelChoiceFilter(
        label=_("Petition"), queryset=petitions_of, method="of_petition"
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), method="in_state", empty_label=_("All")
    )
    reason = django_filters.ChoiceFilter(
        label=_("Reason for quarantine"),
        choices=screening.Reason.choices,
        method="for_reason",
        empty_label=_("All"),
    )
    country = django_filters.ChoiceFilter(
        label=_("Country"),
        choices=lambda: list(countries),
        method="has_trait",
        empty_label=_("All"),
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=languages, method="has_trait", empty_label=_("All")
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"),
        choices=Signature.Channel.choices,
        method="has_trait",
        empty_label=_("All"),
    )
    source = django_filters.CharFilter(label=_("Source begins with"), method="from_source")
    page = django_filters.ModelChoiceFilter(
        label=_("Page"), queryset=pages_of, method="on_page", empty_label=_("All")
    )
    framed_by = django_filters.CharFilter(
        label=_("Embedding site"),
        method="framed",
        help_text=_("The address of the whole site, such as www.example.org."),
    )
    signed_at = SiteDaysFilter(label=_("Signed"), widget=DateRangePickerWidget)
    updates = django_filters.BooleanFilter(
        label=_("Keep me informed"), widget=BooleanRadioSelect, method="to_inform"
    )
    group = django_filters.ChoiceFilter(
        label=_("Group in quarantine"), choices=[], method="in_group", empty_label=_("All")
    )

    alarm = django_filters.ChoiceFilter(
        label=_("Alarm"), choices=[], method="in_alarm", empty_label=_("All")
    )
    like = django_filters.ChoiceFilter(
        label=_("Like one signature"), choices=[], method="is_like", empty_label=_("All")
    )

    class Meta:
        model = Signature
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer a group or an alarm only if the URL names it, since other screens link to these."""
        super().__init__(*args, **kwargs)
        labels = {
            "group": _("the group you chose"),
            "alarm": _("the alarm you chose"),
            "like": similar.label_of(self.data.get("like", "")),
        }
        for name, label in labels.items():
            if key := self.data.get(name):
                self.filters[name].extra["choices"] = [(key, label)]
            else:
                del self.filters[name]

    def of_petition(
        self, queryset: QuerySet[Signature], name: str, value: Petition
    ) -> QuerySet[Signature]:
        tally = Tally.objects.values_list("pk", flat=True).get(petition=value)
        return queryset.filter(tally=tally)

    def has_trait(
        self, queryset: QuerySet[Signature], name: str, value: str
    ) -> QuerySet[Signature]:
        letters = {"country": traits.COUNTRY, "language": traits.LANGUAGE}
        return with_trait(queryset, letters.get(name, traits.CHANNEL), value)

    def on_page(self, queryset: QuerySet[Signature], name: str, value: Page) -> QuerySet[Signature]:
        return with_trait(queryset, traits.PAGE, value.pk)

    def framed(self, queryset: QuerySet[Signature], name: str, value: str) -> QuerySet[Signature]:
        host = host_of(value)
        return queryset.filter(Q(framed_by__iexact=host), HasTrait(traits.SITE, host))

    def from_source(
        self, queryset: QuerySet[Signature], name: str, value: str
    ) -> QuerySet[Signature]:
        """Filter by source. The index has no empty sources."""
        return queryset.exclude(source="").filter(source__startswith=value.lower())

    def to_inform(
        self, queryset: QuerySet[Signature], name: str, value: bool
    ) -> QuerySet[Signature]:
        found = queryset.filter(updates=value)
        return found.filter(HasTrait(traits.UPDATES, "")) if value else found

    def for_reason(
        self, queryset: QuerySet[Signature], name: str, value: str
    ) -> QuerySet[Signature]:
        """Return the signatures that are quarantined or invalidated for this reason.

        Anonymised signatures are included if they were in that state when they were anonymised.
        """
        return queryset.filter(moderation_reason=value, moderation__gt="")

    def in_state(self, queryset: QuerySet[Signature], name: str, value: str) -> QuerySet[Signature]:
        return queryset.filter(IN_STATE[value])

    def in_group(self, queryset: QuerySet[Signature], name: str, value: str) -> QuerySet[Signature]:
        return queue.in_group(queryset, value)

    def in_alarm(self, queryset: QuerySet[Signature], name: str, value: str) -> QuerySet[Signature]:
        return alarms.selection(queryset, value)

    def is_like(self, queryset: QuerySet[Signature], name: str, value: str) -> QuerySet[Signature]:
        viewable = signatures_for(self.request.user, "view")
        return similar.like(queryset, value, viewable=viewable)


def filter_parameters() -> set[str]:
    """Return the URL parameters that narrow the list down: the filters' and the search's."""
    names = {"search"}
    for name, filter in SignatureFilters.get_filters().items():
        suffixes = getattr(filter.extra.get("widget"), "suffixes", None)
        names |= {f"{name}_{suffix}" for suffix in suffixes} if suffixes else {name}
    return names
