"""What stands on every page: who speaks, and where one can go."""

from typing import Any

from django import template
from django.template import Context
from django.utils import translation
from wagtail.models import Site

from home.models import Identity, Navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: Context, place: str = "main") -> list[dict[str, Any]]:
    """The links at the top ("main") or the foot ("foot") in the active language."""
    request = context.get("request")
    if not hasattr(request, "navigation"):
        rows = Navigation.objects.filter(locale__language_code=translation.get_language())
        row = rows.first()
        request.navigation = {
            name: [link(item.value, request) for item in getattr(row, name)] if row else []
            for name in ("main", "foot")
        }
    return [item for item in request.navigation[place] if item["url"]]


def link(item: dict[str, Any], request: Any) -> dict[str, Any]:
    page = item["page"]
    url = page.get_url(request) if page and page.live else None
    return {
        "label": item["label"] or (page.title if page else ""),
        "url": url,
        "is_current": bool(url) and request.path.startswith(url),
    }


@register.simple_tag(takes_context=True)
def identity(context: Context) -> Identity:
    """Who speaks on this site, read once a request."""
    request = context.get("request")
    site = Site.find_for_request(request) or Site.objects.get(is_default_site=True)
    if not hasattr(request, "identity"):
        rows = Identity.objects.select_related("privacy_page")
        request.identity = rows.filter(site=site).first() or Identity(site=site)
    return request.identity
