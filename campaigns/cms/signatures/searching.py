"""Searching the list of signatures: what is typed is sent once, and searched for once."""

from typing import Any

from django.core.paginator import Page
from django.db.models import Count, QuerySet, Window
from django.forms.widgets import Script
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.paginator import WagtailPaginator

from campaigns.signatures.signature import Signature

# A number of a page that no list has, but every database knows.
MOST = 1_000_000_000


class PatientSearchForm(SearchForm):
    """Wagtail's field, with a script that sends what is typed only when the typing pauses."""

    class Media:
        js = [Script("js/searching.js", defer=True)]


class OneSearchPaginator(WagtailPaginator):
    """Finds the keys of a page and the number of all that is found by one query.

    A search by a part of a name or an email reads every signature, so it should not be done once
    for the number and again for the page. `rows` is the query from which the signatures of a page
    are then read by their keys.
    """

    def __init__(
        self, found: QuerySet[Signature], *args: Any, rows: QuerySet[Signature], **kwargs: Any
    ) -> None:
        super().__init__(found, *args, **kwargs)
        self.keys = found.select_related(None).annotate(all=Window(Count("*")))
        self.rows = rows

    def get_page(self, number: str | int | None) -> Page[Signature]:
        """The page of this number. Beyond the last page it takes further queries."""
        try:
            page = min(max(int(number or 1), 1), MOST)
        except ValueError:
            page = 1
        start = (page - 1) * self.per_page
        keys = list(self.keys.values_list("pk", "all")[start : start + self.per_page])
        if start and not keys:
            return super().get_page(number)
        self.count = keys[0][1] if keys else 0
        by_key = self.rows.in_bulk([key for key, _all in keys])
        signatures = [by_key[key] for key, _all in keys if key in by_key]
        return Page(signatures, page, self)
