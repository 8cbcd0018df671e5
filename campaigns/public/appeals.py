"""The page of an appeal: readers choose their area, and write to those who represent it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from campaigns.appeals import listing
from campaigns.appeals.appeal import Appeal
from campaigns.caching import cacheable
from campaigns.signing.fields import plain


@require_safe
def appeal(request: HttpRequest, slug: str) -> HttpResponse:
    """Offer the areas, or show whom to write to. Only the page without an area is cached."""
    subject = published(slug)
    area, part = (typed(request, name) for name in ("area", "part"))
    context = {"appeal": subject, **chosen(subject, area=area, part=part)}
    is_lost = bool(area) and not context["representatives"]
    response = render(request, "campaigns/appeal.html", context, status=404 if is_lost else 200)
    return response if request.GET else cacheable(response)


def typed(request: HttpRequest, name: str) -> str:
    """What a reader typed, as lists store it; "" for characters that nobody types."""
    try:
        return plain(request.GET.get(name, ""))[:120]
    except ValidationError:
        return ""


def published(slug: str) -> Appeal:
    """The appeal with this slug in the active language. Raises Http404."""
    rows = Appeal.objects.filter(live=True, language__language_code=translation.get_language())
    found = rows.select_related("language").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def chosen(subject: Appeal, *, area: str, part: str) -> dict[str, Any]:
    """Those who represent an area, or the areas from which a reader chooses.

    An appeal with one area needs no choice. Of very many, a reader types a part of the name.
    """
    areas = [] if part else listing.areas(subject)
    if len(areas) == 1:
        area = areas[0]
    found = list(listing.of_area(subject, area)) if area else []
    is_long = len(areas) > listing.MOST_OFFERED or bool(part)
    fitting = listing.areas(subject, part=part) if part else []
    return {
        "area": area,
        "part": part,
        "representatives": found,
        "areas": fitting[: listing.MOST_FOUND] if is_long else areas,
        "is_long": is_long,
        "are_more": len(fitting) > listing.MOST_FOUND,
    }
