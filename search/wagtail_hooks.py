"""Registers, nothing else."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("construct_reports_menu")
def hide_search_terms(request: HttpRequest, items: list[MenuItem]) -> None:
    """A report of what people searched for: it would always be empty, for that is not kept."""
    items[:] = [item for item in items if item.name != "search-terms"]
