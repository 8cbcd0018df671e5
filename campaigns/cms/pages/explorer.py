"""Campaign pages in the CMS: what their list shows, and what happens when one is copied."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from campaigns.cms.permissions import may
from campaigns.cms.petitions.listing import GoalColumn, day
from campaigns.pages import copying
from campaigns.pages.campaign import CampaignIndexPage, CampaignPage
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.petitions.state import State


def petition_of(page: Page) -> Petition | None:
    """Without a query where there is none to be shown: a search finds pages of every kind."""
    return getattr(page, "petition", None)


def signatures(page: Page) -> int | None:
    petition = petition_of(page)
    return petition and petition.tally.total


def goal(page: Page) -> int | None:
    petition = petition_of(page)
    return petition and petition.original.goal


def state(page: Page) -> State | None:
    petition = petition_of(page)
    return petition and petition.state


def state_label(page: Page) -> str:
    found = state(page)
    return found.label if found else ""


def closes(page: Page) -> str:
    petition = petition_of(page)
    return day(petition.original.closes_at) if petition else ""


STANDING = [
    GoalColumn("signatures", label=_("Signatures"), accessor=signatures),
    GoalColumn("goal", label=_("Goal"), accessor=goal),
    StatusTagColumn(
        "state",
        label=_("State"),
        accessor=state_label,
        primary=lambda page: state(page) == State.OPEN,
    ),
    Column("closes", label=_("Closes"), accessor=closes),
]


class CampaignExplorer(ExplorableIndexView):
    """Wagtail's explorer, with where each campaign's petition stands: two queries more."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        pages = [page for page in context["object_list"] if isinstance(page, CampaignPage)]
        keys = {page.petition_id for page in pages if page.petition_id}
        petitions = fetch_tallies(Petition.objects.filter(pk__in=keys))
        found = {petition.pk: petition for petition in petitions}
        for page in pages:
            page.petition = found.get(page.petition_id)
        return context


class CampaignCopyForm(CopyForm):
    """A copied campaign is a draft, for its petition is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("publish_copies", None)


class CampaignCopyView(CopyView):
    def get_form_class(self) -> type[CopyForm]:
        return CampaignCopyForm


class CampaignPageViewSet(PageViewSet):
    model = CampaignPage
    parent_models = [CampaignIndexPage]
    index_view_class = CampaignExplorer
    # All are of one type.
    columns = [
        *ExplorableIndexView.base_columns[:2],
        *STANDING,
        *(column for column in ExplorableIndexView.base_columns[2:] if column.name != "type"),
    ]
    copy_view_class = CampaignCopyView
    icon = "form"


def copy_petitions(request: HttpRequest, page: Page, copy: Page) -> None:
    """The hook after a page was copied, and with it the pages below: each gets its own petition.

    An alias shows what its source shows and keeps its petition.
    """
    if copy.alias_of_id:
        return
    old = campaigns_in(page)
    for new, original in zip(campaigns_in(copy), old, strict=False):
        if original.petition is None:
            continue
        if may(request.user, "add", original.petition):
            copying.give_own_petition(new, original, by=request.user)
        else:
            copying.put_on(new, original.petition, None, by=request.user)
            text = _(
                "“%s” has no petition yet, because you may not add petitions to the "
                "collection of the original page's petition."
            )
            messages.warning(request, text % new.title)


def campaigns_in(page: Page) -> list[CampaignPage]:
    """The campaigns of a part of the tree, in its order."""
    inside = CampaignPage.objects.descendant_of(page, inclusive=True).order_by("path")
    return list(inside.select_related("petition"))
