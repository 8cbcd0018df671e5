"""Name the mailings under way that lead readers to a page that is unpublished or deleted.

Also those to the signers of a petition of which something is undone that they may tell of.
"""

from typing import Any
from urllib.parse import unquote

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.query import PageQuerySet

from campaigns.cms.mailings.rights import mailings_for
from campaigns.cms.permissions import StaffRequest
from campaigns.mailings import checking
from campaigns.mailings.mailing import Mailing
from campaigns.paragraphs import COMMA, quoted
from campaigns.petitions.petition import Petition

HOME = 2  # the depth of the home pages


def tell_of_deleted(request: StaffRequest, page: Page) -> None:
    """Name the mailings that lead to the page or below it, for the `before_delete_page` hook."""
    tell(request, [page], whole=True)


def tell_of_unpublished(request: StaffRequest, page: Page) -> None:
    """Name the mailings that lead to what is unpublished: the `before_unpublish_page` hook."""
    tell(request, [page], whole="include_descendants" in request.POST)


def tell_of_several(request: StaffRequest, action: str, chosen: list[Page], view: Any) -> None:
    """Name the mailings that lead to several pages, for the `before_bulk_action` hook.

    That is called for all models.
    """
    if view.model is Page and action in ("delete", "unpublish"):
        whole = action == "delete" or view.cleaned_form.cleaned_data["include_descendants"]
        tell(request, chosen, whole=whole)


def tell(request: StaffRequest, chosen: list[Page], *, whole: bool) -> None:
    """Show the mailings under way with a link to these pages; those of others without a name."""
    begin = _(
        "These mailings have not reached everybody yet, and link to what you are taking down:"
    )
    name(request, leading_to(taken_down(chosen, whole=whole)), begin)


def tell_of_undone(request: StaffRequest, petition: Petition) -> None:
    """Name the mailings to the signers of a petition whose victory, for example, is undone."""
    begin = _("These mailings to the signers have not reached everybody yet, and still leave:")
    name(request, [*under_way().filter(tallies=petition.tally)], begin)


def name(request: StaffRequest, found: list[Mailing], begin: str) -> None:
    """Show a message that begins so, and names these mailings, but not those of others."""
    if not found:
        return
    seen = mailings_for(request.user).filter(pk__in=[each.pk for each in found]).order_by("pk")
    shown = [(reverse("mailing", args=[each.pk]), each.subject) for each in seen]
    link = f'<a class="note-link" href="{{}}">{quoted("<bdi>{}</bdi>")}</a>'
    named: list[tuple[str]] = [(format_html(link, *each),) for each in shown]
    if len(shown) < len(found):
        named.append((format_html("{}", _("at least one that you may not see")),))
    links = format_html_join(_(COMMA), "{}", named)
    then = _(
        "Anybody who may send them can return one to draft until it begins to leave, and pause it "
        "after that."
    )
    messages.warning(request, format_html("{} {}. {}", begin, links, then))


def taken_down(chosen: list[Page], *, whole: bool) -> PageQuerySet:
    """Return the public pages among these, or also below them, and their aliases."""
    pages = Page.objects.filter(pk__in=[page.pk for page in chosen])
    for page in chosen if whole else []:
        pages |= Page.objects.descendant_of(page)
    inside = pages.values("pk")
    aliases = Page.objects.filter(alias_of__in=inside)
    return Page.objects.live().filter(pk__in=inside) | aliases.live()


def under_way() -> QuerySet[Mailing]:
    """Return the mailings that were submitted and have not ended."""
    return Mailing.objects.exclude(submitted_at=None).filter(ended_at=None).order_by("pk")


def leading_to(pages: PageQuerySet) -> list[Mailing]:
    """Return the mailings under way that have links to the pages."""
    linked = [(each, paths) for each in under_way() if (paths := checking.paths_in(each.html))]
    places = [Place(page, pages) for page in pages] if linked else []
    return [
        mailing
        for mailing, paths in linked
        if any(place.holds(path) for path in paths for place in places)
    ]


class Place:
    """The path of a page, and those below it that go with the page, such as that of an update."""

    def __init__(self, page: Page, pages: PageQuerySet) -> None:
        self.path = path_of(page)
        # Below a home page are the paths of petitions, too.
        self.is_alone = page.depth <= HOME
        children = page.get_children().live().exclude(pk__in=pages.values("pk"))
        self.staying = tuple(filter(None, map(path_of, children)))

    def holds(self, path: str) -> bool:
        is_below = path.startswith(self.path) and not path.startswith(self.staying)
        return path == self.path or (is_below and not self.is_alone)


def path_of(page: Page) -> str:
    return unquote(page.url or "")
