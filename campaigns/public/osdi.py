"""The feed of people for other systems; it requires the feed's token (`campaigns.sync.feed`)."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from campaigns.sync import feed, upkeep
from campaigns.sync.receiver import Receiver

# The filter as OSDI and Action Network write it.
SINCE = re.compile(r"\s*modified_date\s+(?:gt|ge)\s+'([^']+)'\s*")
NUMBER = 25
WRONG = (
    "per_page must be a number, after as in a link of this feed, and the filter must read: "
    "modified_date gt '2026-11-26T00:00:00Z'."
)
NO_TOKEN = "The header OSDI-API-Token must hold the token of this feed."
OLD = "Changes are known since {}: read all people anew, and delete those who are missing."


@require_safe
def entry_point(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the entry point of the API, with the resources that exist."""
    if opened(request, pk) is None:
        return refuse(401, NO_TOKEN)
    people = {"href": absolute("osdi_people", pk), "title": "People"}
    version = {"osdi_version": "1.2.0", "max_pagesize": feed.MOST, "motd": ""}
    return JsonResponse({**version, "_links": {"osdi:people": people, **own("osdi", pk)}})


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a page of people: all of them, or those modified since a moment."""
    found = opened(request, pk)
    if found is None:
        return refuse(401, NO_TOKEN)
    asked = request.GET
    try:
        number = min(max(int(asked.get("per_page", NUMBER)), 1), feed.MOST)
        since = moment(asked.get("filter", ""))
        after = asked.get("after", "")
        if since is None:
            page = feed.everybody(found, after=after, number=number)
        elif since < (known := max(timezone.now() - upkeep.KEPT, found.noted_since)):
            return refuse(400, OLD.format(known.isoformat()))
        else:
            page = feed.modified(found, since=since, after=after, number=number)
    except (ValueError, OverflowError):
        return refuse(400, WRONG)
    return JsonResponse(shown(pk, page, {"per_page": number, "filter": asked.get("filter", "")}))


def opened(request: HttpRequest, pk: int) -> Receiver | None:
    """Return the feed if a header has its token. The token is never in the URL, which is logged."""
    return feed.find(pk, request.headers.get("OSDI-API-Token", ""))


def moment(text: str) -> datetime | None:
    """Return the moment in a filter; None without a filter. Raises ValueError."""
    if not text:
        return None
    match = SINCE.fullmatch(text)
    found = parse_datetime(match[1]) if match else None
    if found is None:
        raise ValueError
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def shown(pk: int, page: feed.Page, asked: dict[str, Any]) -> dict[str, Any]:
    links = own("osdi_people", pk)
    if page.after:
        query = urlencode({k: v for k, v in asked.items() if v} | {"after": page.after})
        links["next"] = {"href": f"{absolute('osdi_people', pk)}?{query}"}
    embedded: dict[str, Any] = {"osdi:people": page.people}
    if page.removed:
        embedded["lastdrop:removed"] = [{"identifiers": [each]} for each in page.removed]
    return {"per_page": asked["per_page"], "_links": links, "_embedded": embedded}


def own(name: str, pk: int) -> dict[str, Any]:
    return {"self": {"href": absolute(name, pk)}}


def absolute(name: str, pk: int) -> str:
    return settings.BASE_URL + reverse(name, args=[pk])


def refuse(status: int, text: str) -> JsonResponse:
    error = {"request_type": "atomic", "error_description": text}
    return JsonResponse({"osdi:error": error}, status=status)
