"""Name the translations that stay public when a page is unpublished or deleted."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.query import PageQuerySet

from campaigns.cms.pages.placing import keep_topmost
from campaigns.cms.permissions import AnyUser, StaffRequest
from campaigns.original_languages import originals
from campaigns.paragraphs import COMMA, quoted


def tell_of_deleted(request: StaffRequest, page: Page) -> None:
    """Name those of the page and of the pages below it, for the `before_delete_page` hook."""
    tell(request, [page], "delete", whole=True)


def tell_of_unpublished(request: StaffRequest, page: Page) -> None:
    """Name those of what is unpublished, for the `before_unpublish_page` hook."""
    tell(request, [page], "unpublish", whole="include_descendants" in request.POST)


def tell_of_several(request: StaffRequest, action: str, chosen: list[Page], view: Any) -> None:
    """Name those of several pages, for the `before_bulk_action` hook, called for all models."""
    if view.model is Page and action in ("delete", "unpublish"):
        whole = action == "delete" or view.cleaned_form.cleaned_data["include_descendants"]
        tell(request, chosen, action, whole=whole)


def tell(request: StaffRequest, chosen: list[Page], action: str, *, whole: bool) -> None:
    """Show the topmost translations that stay public without these pages, with links."""
    found = [*public_translations(chosen, action, whole=whole)]
    keep_topmost(found)
    if not found:
        return
    links = format_html_join(
        _(COMMA),
        f'<a class="note-link" href="{{}}">{quoted("<bdi>{}</bdi>")} ({{}})</a>',
        [(address(each, request.user), each.title, each.locale) for each in found],
    )
    then = _(
        "To take a translation off the site, open it and unpublish or delete it, or ask a "
        "moderator to do so."
    )
    text = format_html("{} {}. {}", _("Translations that stay public:"), links, then)
    messages.warning(request, text)


def public_translations(chosen: list[Page], action: str, *, whole: bool) -> PageQuerySet:
    """Return the public translations of originals among the pages, or also of those below them."""
    pages = Page.objects.filter(pk__in=[page.pk for page in chosen])
    for page in chosen if whole else []:
        pages |= Page.objects.descendant_of(page)
    inside = pages.values("pk")
    keys = originals(Page).filter(pk__in=inside).values("translation_key")
    found = Page.objects.live().public().filter(translation_key__in=keys).exclude(pk__in=inside)
    if action == "unpublish":  # Wagtail also unpublishes their aliases.
        found = found.exclude(alias_of__in=inside)
    return found.select_related("locale").order_by("path")


def address(page: Page, user: AnyUser) -> str:
    """Return where the user can unpublish the page, or else its public address."""
    if page.permissions_for_user(user).can_edit():
        return reverse("wagtailadmin_pages:edit", args=[page.pk])
    return page.full_url or ""
