"""Remove the report on search terms from Wagtail's menu."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("construct_reports_menu")
def hide_search_terms(request: HttpRequest, items: list[MenuItem]) -> None:
    """Remove the report, which would always be empty: search terms are not stored."""
    items[:] = [item for item in items if item.name != "search-terms"]
