"""Publishing a page whose petition is still a draft: both, the page alone, or neither."""

from datetime import datetime
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from campaigns.cms.permissions import may
from campaigns.cms.petitions.views import address
from campaigns.pages.public_page import petitions_of
from campaigns.petitions import publishing
from campaigns.petitions.petition import Petition


def drafts_of(page: Page) -> list[Petition]:
    return [petition for petition in petitions_of(page) if not petition.live]


def ask_before_publishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Ask what to publish, if a petition of the page is still a draft.

    For the hook `before_publish_page`; Wagtail has saved the input as a draft by then.
    """
    if not drafts_of(page):
        return None
    if request.resolver_match.view_name == "wagtailadmin_pages:add":
        # Wagtail's view for a new page saves the row as live before it calls the hooks.
        page.live, page.has_unpublished_changes = False, True
        page.save(update_fields=["live", "has_unpublished_changes"], clean=False)
    return redirect("publish_page_with_petition", page.pk)


def refuse_bulk_publishing(
    request: HttpRequest, action: str, pages: list[Page], view: Any
) -> HttpResponse | None:
    """Refuse to publish several pages at once if one of them has a draft petition.

    For the hook `before_bulk_action`.
    """
    if action != "publish":
        return None
    if view.cleaned_form.cleaned_data["include_descendants"]:
        below = [page.get_descendants().not_live().specific() for page in pages]
        pages = [*pages, *chain(*below)]
    titles = [page.get_admin_display_title() for page in pages if is_unready(page)]
    if not titles:
        return None
    text = _(
        "Nothing was published. Publish these one by one, for something is missing or their "
        "petition is still a draft: %s."
    )
    messages.warning(request, text % ", ".join(titles))
    return redirect(view.next_url)


def is_unready(page: Page) -> bool:
    newest = page.specific.get_latest_revision_as_object()
    return bool(drafts_of(newest)) or not is_complete(newest)


def is_complete(page: Page) -> bool:
    """Whether the page can be published; its petition may have been deleted since it was saved."""
    try:
        page.full_clean()
    except ValidationError:
        return False
    return True


# The message afterwards, by whether petitions were published, and whether the page is scheduled.
DONE = {
    (True, False): _("“%s” and its petition are published."),
    (False, False): _("“%s” is published."),
    (True, True): _("“%s” will be published at the time that is set; its petition is published."),
    (False, True): _("“%s” will be published at the time that is set."),
}


class PublishPageView(WagtailAdminTemplateMixin, View):
    """Ask on GET, publish on POST; needs the permission to publish the page."""

    template_name = "campaigns/cms/publish_page.html"
    page_title = _("Publish")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponse:
        row = get_object_or_404(Page, pk=page_id).specific
        if not row.permissions_for_user(request.user).can_publish():
            raise PermissionDenied
        self.page = row.get_latest_revision_as_object()
        self.drafts = drafts_of(self.page)
        return super().dispatch(request)

    @property
    def goes_live_at(self) -> datetime | None:
        moment = self.page.go_live_at
        return moment if moment and moment > timezone.now() else None

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.drafts:  # Somebody has published the petition meanwhile.
            return redirect("wagtailadmin_pages:edit", self.page.pk)
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest) -> HttpResponse:
        petitions = self.drafts if request.POST.get("publish") == "both" else []
        if not all(may(request.user, "publish", petition) for petition in petitions):
            raise PermissionDenied
        try:
            publishing.publish_with(self.page, petitions, by=request.user)
        except ValidationError:  # The page that asks says what is missing.
            return redirect("publish_page_with_petition", self.page.pk)
        page = Page.objects.get(pk=self.page.pk)
        text = DONE[bool(petitions), self.goes_live_at is not None]
        links = [(page.url, _("View live"))] if page.live and page.url else []
        links.append((reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Edit")))
        buttons = [messages.button(url, label) for url, label in links]
        messages.success(request, text % page.title, buttons=buttons)
        return redirect("wagtailadmin_explore", page.get_parent().pk)

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = {
            "url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]),
            "label": self.page.get_admin_display_title(),
        }
        return [*self.breadcrumbs_items, edit, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        drafts = [
            {
                "petition": petition,
                "missing": publishing.missing(petition),
                "may_publish": may(user, "publish", petition),
                "edit_url": address("edit", petition) if may(user, "change", petition) else "",
            }
            for petition in self.drafts
        ]
        return {
            **super().get_context_data(**kwargs),
            "page": self.page,
            "goes_live_at": self.goes_live_at,
            "drafts": drafts,
            "may_publish_both": all(d["may_publish"] for d in drafts),
            "complete": not any(d["missing"] for d in drafts),
            "edit_url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]),
        }
