"""Pagination of the list of signatures: first, previous, next and last page, without numbers."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Page
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.paginator import WagtailPaginator

from campaigns.finding import paging
from campaigns.finding.paging import FIRST, LAST, Place
from campaigns.signatures.signature import Signature


class KnownPaginator(WagtailPaginator):
    """The number of signatures found, as the paginator that Wagtail's index view expects."""

    def __init__(self, found: paging.Page, size: int) -> None:
        super().__init__([], size)
        self.found, self.count = found, found.count

    def get_elided_page_range(self, *args: object, **kwargs: object) -> list[int]:
        """Return no page numbers to Wagtail's index view: there are none."""
        return []

    @property
    def total(self) -> str:
        """The number found, in words: exact, or “more than” the limit of counting."""
        if self.found.is_more:
            return _("More than %s signatures") % intcomma(paging.MOST)
        return ngettext("%s signature", "%s signatures", self.count) % intcomma(self.count)

    @property
    def number(self) -> str:
        """The number found in the short form for a button."""
        return f"{intcomma(self.count)}+" if self.found.is_more else intcomma(self.count)


class SignaturePage(Page[Signature]):
    """One page of the list, with the places that its links lead to (None without a link)."""

    paginator: KnownPaginator

    def has_next(self) -> bool:
        return self.paginator.found.has_next

    def has_previous(self) -> bool:
        return self.paginator.found.has_previous

    @property
    def first(self) -> Place | None:
        return FIRST if self.has_previous() else None

    @property
    def previous(self) -> Place | None:
        return self.beside(0, is_back=True) if self.has_previous() else None

    @property
    def next(self) -> Place | None:
        return self.beside(-1, is_back=False) if self.has_next() else None

    @property
    def last(self) -> Place | None:
        return LAST if self.has_next() else None

    def beside(self, index: int, *, is_back: bool) -> Place | None:
        """Return the place before the first or after the last signature of the page."""
        if not self.object_list:
            return None
        signature = self.object_list[index]
        return Place(is_back, signature.signed_at, signature.pk)

    @property
    def range(self) -> str:
        """The range that the page shows of the signatures found; "" if it is not known."""
        start = self.paginator.found.start
        if not start:
            return ""
        return _("%(first)s to %(last)s of %(all)s") % {
            "first": intcomma(start),
            "last": intcomma(start + len(self.object_list) - 1),
            "all": intcomma(self.paginator.count),
        }


Pages = tuple[KnownPaginator, SignaturePage, list[Signature], bool]


def read(
    found: QuerySet[Signature],
    rows: QuerySet[Signature],
    place: str,
    *,
    newest_first: bool,
    size: int,
    is_many: bool,
) -> Pages:
    """Return the page of `found` at the place that a URL names; its signatures come from `rows`."""
    at = paging.place_of(place)
    page = paging.page(found, at, newest_first=newest_first, size=size, is_many=is_many)
    by_key = rows.in_bulk(page.keys)
    signatures = [by_key[key] for key in page.keys if key in by_key]
    paginator = KnownPaginator(page, size)
    shown = SignaturePage(signatures, 1, paginator)
    return paginator, shown, signatures, page.has_next or page.has_previous
