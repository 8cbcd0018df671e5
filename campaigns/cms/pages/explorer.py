"""The list of campaign pages in the CMS, and what happens when a page is copied or deleted."""

from typing import Any, ClassVar

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page, get_page_models

from campaigns import scheduling
from campaigns.cms.pages import approved_together, campaign_views, decision_messages
from campaigns.cms.pages.placing import PageCopyView, keep_topmost
from campaigns.cms.pages.publishing import is_locked_for
from campaigns.cms.permissions import StaffRequest, may, petitions_seen_by
from campaigns.cms.petitions.listing import GoalColumn, closing_day
from campaigns.cms.petitions.views import home_url
from campaigns.cms.screens import refused
from campaigns.pages import copying
from campaigns.pages.campaign import CampaignIndexPage, CampaignPage
from campaigns.paragraphs import with_commas
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.petitions.state import State

LOCKED = _("Nothing was deleted, because somebody else has locked: %s.")
HELD = _(
    "Nothing was deleted, because only moderators can delete what waits for approval: %s. Cancel "
    "the workflow first."
)

# What a petition in this state goes on to do without its page.
WITHOUT_PAGE = {
    State.OPEN: _(
        "People can still sign the petition “%s” at its own web address. To end that, close it."
    ),
    State.SCHEDULED: _(
        "The petition “%s” will still open at its own web address. To prevent that, pause it."
    ),
}


def petition_of(page: Page) -> Petition | None:
    """Return the petition of a page; None for other kinds of pages, which a search also finds."""
    return getattr(page, "petition", None)


def signatures(page: Page) -> int | None:
    petition = petition_of(page)
    if petition is None:
        return None
    return petition.progress.count if petition.is_of_others else petition.tally.count


def goal(page: Page) -> int | None:
    petition = petition_of(page)
    if petition is None:
        return None
    return petition.progress.goal if petition.is_of_others else petition.tally.goal


def state(page: Page) -> State | None:
    petition = petition_of(page)
    return petition.state if petition else None


def state_label(page: Page) -> str:
    """Return the petition's state; where both are drafts, Wagtail's status of the page."""
    found = state(page)
    if found is None:
        return ""
    goes_with_page = found == State.DRAFT and not page.live and not goes_alone(page)
    return str(page.status_string if goes_with_page else found.label)


def goes_alone(page: Page) -> bool:
    """Return whether a page is scheduled, and its draft of a petition is not."""
    petition = petition_of(page)
    return bool(page.approved_schedule) and not (petition and petition.goes_live_later)


def closes(page: Page) -> str:
    petition = petition_of(page)
    return closing_day(petition) if petition else ""


STANDING = [
    GoalColumn("signatures", label=_("Signatures"), accessor=signatures),
    GoalColumn("goal", label=_("Goal"), accessor=goal),
    StatusTagColumn(
        "state",
        label=_("Petition"),
        accessor=state_label,
        primary=lambda page: state(page) == State.OPEN,
    ),
    Column("closes", label=_("Closes"), accessor=closes),
]


class CampaignExplorer(ExplorableIndexView):
    """Wagtail's explorer with the state of each campaign's petition, from four more queries.

    Extends `get_context_data` of Wagtail's ExplorableIndexView.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        pages = [page for page in context["object_list"] if isinstance(page, CampaignPage)]
        keys = {page.petition_id for page in pages if page.petition_id}
        petitions = fetch_tallies(Petition.objects.filter(pk__in=keys))
        found = {petition.pk: petition for petition in petitions}
        own = petitions_seen_by(self.request.user).filter(pk__in=keys)
        for key in found.keys() - set(own.values_list("pk", flat=True)):
            found[key].is_of_others = True
        for key in scheduling.go_live_at(found.values()):
            found[key].goes_live_later = True
        for page in pages:
            page.petition = found.get(page.petition_id or 0)
        return context


class PagePrivacyView(SetPrivacyView):
    def get_form(self, form_class: type[ModelForm[Any]] | None = None) -> ModelForm[Any]:
        form: ModelForm[Any] = super().get_form(form_class)
        form.fields["restriction_type"].help_text = _(
            "This hides pages only. Petitions on them stay public at their own web addresses."
        )
        return form


class CampaignPageViewSet(PageViewSet):
    model = CampaignPage
    parent_models = [CampaignIndexPage]
    index_view_class = CampaignExplorer
    # Without Wagtail's column for the type, since all pages in this list have the same type.
    columns = [
        *ExplorableIndexView.base_columns[:2],
        *STANDING,
        *(column for column in ExplorableIndexView.base_columns[2:] if column.name != "type"),
    ]
    copy_view_class = PageCopyView
    set_privacy_view_class = PagePrivacyView
    edit_view_class = campaign_views.CampaignEditView
    revisions_view_class = campaign_views.CampaignRevisionView
    revisions_compare_view_class = campaign_views.CampaignCompareView
    revisions_revert_view_class = campaign_views.CampaignRevertView
    workflow_action_view_class = decision_messages.TellingActionView
    unpublish_view_class = decision_messages.TellingUnpublishView
    revisions_unschedule_view_class = campaign_views.CampaignUnscheduleView
    lock_view_class = campaign_views.CampaignLockView
    unlock_view_class = campaign_views.CampaignUnlockView
    # Not the petitions' icon, since a page and its petition often have the same title.
    icon = "doc-full"


def viewsets() -> list[PageViewSet]:
    """Return viewsets for all page types but campaigns, which have their own."""
    views = {
        "copy_view_class": PageCopyView,
        "set_privacy_view_class": PagePrivacyView,
        "edit_view_class": decision_messages.TellingEditView,
        "workflow_action_view_class": decision_messages.TellingActionView,
        "unpublish_view_class": decision_messages.TellingUnpublishView,
    }
    kinds = [model for model in get_page_models() if model not in (Page, CampaignPage)]
    return [PageViewSet(model=model, parent_models=[], **views) for model in kinds]


def copy_petitions(request: StaffRequest, page: Page, copy: Page) -> None:
    """Give each copied campaign a petition of its own, also below the page that was copied.

    For the `after_copy_page` hook. An alias shows the same as its source, so its petition stays.
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
                "collection of the original page’s petition."
            )
            messages.warning(request, text % new.title)


def campaigns_in(page: Page) -> list[CampaignPage]:
    """Return the campaign pages from this page downwards, in the order of the tree."""
    inside = CampaignPage.objects.descendant_of(page, inclusive=True).order_by("path")
    return list(inside.select_related("petition"))


@receiver(pre_delete, sender=Page)
def take_back(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Unschedule, or withdraw from approval, the petitions that wait with a page that is deleted.

    For Django's signal, since Wagtail's hooks are not called for the pages below a deleted page.
    """
    page = instance.specific
    if state := page.current_workflow_state:
        state.cancel()  # Wagtail would delete it, and not say that it has ended.
    revision = page.scheduled_revision
    if revision:
        campaign_views.unschedule_petition(page, revision.approved_go_live_at)


def tell_of_petitions(request: StaffRequest, page: Page) -> None:
    """Say which petitions stay open, or will open, without a page and those below it.

    For the `before_delete_page` hook, which is called when the question is shown, too.
    """
    for petition in {each.petition for each in campaigns_in(page) if not each.alias_of_id}:
        if petition and (text := WITHOUT_PAGE.get(petition.state)):
            button = messages.button(home_url(petition, request.user), _("Open the petition"))
            messages.warning(request, text % petition.title, buttons=[button])


def tell_of_unpublished(request: StaffRequest, page: Page) -> None:
    """Say which petitions stay open, or will open, when a page is unpublished.

    For the `before_unpublish_page` hook.
    """
    if isinstance(page, CampaignPage) or request.POST.get("include_descendants"):
        tell_of_petitions(request, page)


def refuse_deleting(request: StaffRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a page that others have locked or approve, or that is above such a page.

    For the `before_delete_page` hook.
    """
    return refuse(request, [page], to=reverse("wagtailadmin_pages:edit", args=[page.pk]))


def before_bulk_action(
    request: StaffRequest, action: str, chosen: list[Page], view: Any
) -> HttpResponse | None:
    """Refuse to delete several pages for the same reasons, and say which petitions stay open.

    For the `before_bulk_action` hook, which is called for all models.
    """
    if view.model is not Page or action not in ("delete", "unpublish"):
        return None
    if action == "delete":
        if refusal := refuse(request, chosen, to=view.next_url):
            return refusal
        keep_topmost(chosen)
    for page in chosen:
        if action == "delete" or view.cleaned_form.cleaned_data["include_descendants"]:
            tell_of_petitions(request, page)
        else:
            tell_of_unpublished(request, page.specific)
    return None


def refuse(request: StaffRequest, pages: list[Page], *, to: str) -> HttpResponse | None:
    locked = [
        each
        for page in pages
        for each in page.get_descendants(inclusive=True).filter(locked=True)
        if is_locked_for(each, request.user)
    ]
    held = approved_together.held(pages, request.user)
    for text, found in ((LOCKED, locked), (HELD, held)):
        if found:
            titles = with_commas(page.get_admin_display_title() for page in found)
            messages.error(request, text % titles)
    return refused(redirect(to)) if locked or held else None


class ReadOnlyPages(PagesAdminAPIViewSet):
    """The pages as the explorer's menu reads them, without Wagtail's ways of acting on them.

    These call no hooks, so that they would delete a page that others have locked, or move one to a
    web address of the site itself. Wagtail's own screens do not use them.
    """

    actions: ClassVar[dict[str, type]] = {}


def read_pages_only(router: WagtailAPIRouter) -> None:
    """Take the place of Wagtail's pages. For the `construct_admin_api` hook."""
    router.register_endpoint("pages", ReadOnlyPages)
