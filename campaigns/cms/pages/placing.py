"""Copying and moving pages: not to a place where nobody could open them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.views.pages.copy import CopyView
from wagtail.models import Page

from campaigns import slugs
from campaigns.cms.permissions import StaffRequest
from campaigns.pages.campaign import CampaignPage
from campaigns.paragraphs import with_commas


class PageCopyForm(CopyForm):
    """Wagtail's form, without “publish copies” for campaigns: the copied petition is a draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if issubclass(self.page.specific_class, CampaignPage):
            self.fields.pop("publish_copies", None)

    def clean_new_parent_page(self) -> Page:
        """Refuse a parent in another language, in which the page would not be served.

        Wagtail does not move pages to another language either.
        """
        parent: Page = self.cleaned_data["new_parent_page"]
        if not parent.is_root() and parent.locale_id != self.page.locale_id:
            text = _(
                "This part of the site is in another language, in which nobody could open the "
                "copy. To have the page there, choose “Translate this page” in its menu."
            )
            raise ValidationError(text)
        return parent

    def clean(self) -> dict[str, Any]:
        """Refuse a web address that the site itself uses."""
        data: dict[str, Any] = super().clean()
        parent = data.get("new_parent_page") or self.page.get_parent()
        if "new_slug" in data and slugs.is_taken_below(parent, data["new_slug"]):
            self.add_error("new_slug", slugs.TAKEN)
        return data


class PageCopyView(CopyView):
    def get_form_class(self) -> type[CopyForm]:
        return PageCopyForm


def before_copying(request: StaffRequest, page: Page) -> HttpResponse | None:
    """Refuse to copy a page of which each possible parent has one, before the form is filled in.

    For the `before_copy_page` hook. In another language the page is translated, not copied.
    """
    kind = page.specific_class
    parents = Page.objects.type(tuple(kind.allowed_parent_page_models()))
    here = parents.filter(locale=page.locale_id)
    if kind.max_count_per_parent is None or any(map(kind.can_create_at, here)):
        return None
    text = _("“%s” cannot be copied: a home page has one page of this kind, and has it already.")
    messages.warning(request, text % page.get_admin_display_title())
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def before_moving(request: StaffRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Refuse to move a page to a web address that the site itself uses.

    For the `before_move_page` hook, which is called when the question is shown, too.
    """
    return refuse(
        request, [page], destination, to=reverse("wagtailadmin_pages:move", args=[page.pk])
    )


def before_bulk_action(
    request: StaffRequest, action: str, chosen: list[Page], view: Any
) -> HttpResponse | None:
    """Refuse to move several pages for the same reason.

    For the `before_bulk_action` hook, which is called for all models.
    """
    if view.model is not Page or action != "move":
        return None
    keep_topmost(chosen)
    return refuse(request, chosen, view.cleaned_form.cleaned_data["chooser"], to=view.next_url)


def keep_topmost(chosen: list[Page]) -> None:
    """Leave out the pages below others of the list: Wagtail looks for them where they were.

    They are moved or deleted with the page above them.
    """
    chosen[:] = [page for page in chosen if not any(page.is_descendant_of(each) for each in chosen)]


def refuse(
    request: StaffRequest, pages: list[Page], destination: Page, *, to: str
) -> HttpResponse | None:
    taken = [
        page
        for page in pages
        # The slug of a draft becomes public later, when nobody moves the page any more.
        if slugs.is_taken_below(destination, page.slug)
        or slugs.is_taken_below(destination, page.get_latest_revision_as_object().slug)
    ]
    if not taken:
        return None
    text = _(
        "Nothing was moved, because the site itself uses the web address that this page would have "
        "there: %s. Give it another slug first."
    )
    titles = with_commas(page.get_admin_display_title() for page in taken)
    messages.error(request, text % titles)
    return redirect(to)
