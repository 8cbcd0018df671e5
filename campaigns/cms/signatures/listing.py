"""The list of signatures: Wagtail's index view, with filters and an export."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import (
    Column,
    StatusTagColumn,
    TitleColumn,
)
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import BaseButton, Button
from wagtail_modeladmin.options import ModelAdmin

from campaigns.cms.bulk import tasks
from campaigns.cms.finding import page_links, saved_views, searching
from campaigns.cms.finding.filters import SignatureFilters, filter_parameters
from campaigns.cms.finding.searching import Searching
from campaigns.cms.finding.surveyed_counts import Known
from campaigns.cms.permissions import StaffRequest, allowed_among, signature_policy
from campaigns.cms.presets import saving as presets
from campaigns.dates import site_day
from campaigns.moderation import screening
from campaigns.signatures.conditions import STATES
from campaigns.signatures.signature import Signature


def signed(signature: Signature) -> str:
    """Return the moment of signing, short, in the user's time zone, on two lines at most.

    Where only the day is known, it is that of the site.
    """
    if signature.has_day_only("signed_at"):
        text = date_format(site_day(signature.signed_at), "SHORT_DATE_FORMAT")
        return text.replace(" ", "\N{NO-BREAK SPACE}")
    day, space, time = date_format(
        timezone.localtime(signature.signed_at), "SHORT_DATETIME_FORMAT"
    ).rpartition(" ")
    return day.replace(" ", "\N{NO-BREAK SPACE}") + space + time


def mailbox(signature: Signature) -> str:
    """Return the email address, left to right in every language; it breaks only before its @."""
    name, at, host = (signature.email or "").rpartition("@")
    return format_html('<bdi dir="ltr">{}<wbr>{}{}</bdi>', name, at, host)


def reason_of(signature: Signature) -> str:
    """Return the reason for the moderation, in words: screening's or a colleague's."""
    known = dict(screening.Reason.choices)
    return str(known.get(signature.moderation_reason, signature.moderation_reason)) or "—"


class SignatureIndexView(Searching, Known, IndexView):
    """The list. It is empty if a filter is invalid, or one that the user may not use."""

    request: StaffRequest
    model_admin: ModelAdmin | None = None
    model = Signature
    any_permission_required = ["view"]
    filterset_class = SignatureFilters
    template_name = "campaigns/cms/signatures.html"
    results_template_name = "campaigns/cms/signatures_results.html"
    paginate_by = 50
    default_ordering = "-signed_at"
    # The paginator, once the number of signatures found is known.
    found: page_links.KnownPaginator | None = None

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
            Column("signed", label=_("Signed"), accessor=signed, sort_key="signed_at"),
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
        """Return the signatures that the user may view."""
        signatures = Signature.objects.select_related("tally__petition__collection")
        return allowed_among(signatures, self.request.user, "view")

    def order_queryset(self, queryset: QuerySet[Signature]) -> QuerySet[Signature]:
        return queryset.order_by(self.ordering, "-pk" if self.is_newest_first else "pk")

    @property
    def is_newest_first(self) -> bool:
        return bool(self.ordering.startswith("-"))

    def paginate_queryset(self, queryset: QuerySet[Signature], page_size: int) -> page_links.Pages:
        """Read one page; Wagtail's own would count all rows and skip those before the page."""
        read = page_links.read(
            queryset,
            self.get_base_queryset(),
            self.request.GET.get(self.page_kwarg, ""),
            newest_first=self.is_newest_first,
            size=page_size,
            is_many=self.is_surely_many,
        )
        self.found = read[0]
        return read

    def filter_queryset(self, queryset: QuerySet[Signature]) -> QuerySet[Signature]:
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)

    def get_list_buttons(self, instance: Signature) -> list[BaseButton]:
        """Name the menu of a row after the signer; a signature's own text is only its number."""
        buttons: list[BaseButton] = super().get_list_buttons(instance)
        for button in buttons:
            if label := button.attrs.get("aria-label"):
                named = instance.name or str(instance)
                button.attrs["aria-label"] = label.replace(str(instance), named)
        return buttons

    def get_delete_url(self, instance: Signature) -> str | None:
        user = self.request.user
        if signature_policy.user_has_permission_for_instance(user, "delete", instance):
            return super().get_delete_url(instance)
        return None

    # --- moderating and exporting what it shows ---

    def shown(self) -> list[tuple[str, str]]:
        """Return the URL parameters that determine which signatures the list shows."""
        known = filter_parameters()
        if self.search is None:
            known -= {searching.PARAMETER}
        return [(name, text) for name, text in self.request.GET.items() if name in known and text]

    @cached_property
    def saved_views(self) -> list[dict[str, Any]]:
        return saved_views.listed(self.request.user)

    @cached_property
    def presets(self) -> list[dict[str, Any]]:
        return presets.listed(self.request.user, dict(self.shown()))

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if filters := saved_views.savable(self.shown()):
            url = f"{reverse('save_signature_view')}?{filters}"
            buttons.append(Button(_("Save this view"), url=url, icon_name="pick", priority=40))
        if signature_policy.user_has_permission(self.request.user, "moderate"):
            url = reverse("moderate_signatures", query=self.shown())
            label = _("Release, quarantine or invalidate all signatures shown")
            if self.found:
                label = f"{label} ({self.found.number})"
            buttons.append(Button(label, url=url, icon_name="check", priority=50))
        return [*buttons, *self.tasks]

    @property
    def tasks(self) -> list[Button]:
        """Buttons for other acts on everything shown, once filters narrow the list down."""
        shown, user = self.shown(), self.request.user
        return [
            Button(
                each.menu,
                url=reverse(f"{each.key}_signatures", query=shown),
                icon_name=each.icon,
                priority=60 + place,
            )
            for place, each in enumerate(tasks.ALL)
            if shown and signature_policy.user_has_permission(user, each.right)
        ]

    @cached_property
    def show_export_buttons(self) -> bool:
        return signature_policy.user_has_permission(self.request.user, "export")

    def get_export_url(self, format: str) -> str:
        """Return the URL of the screen that asks for the purpose, for Wagtail's buttons."""
        return reverse("export_signatures", query=[*self.shown(), ("export", format)])
