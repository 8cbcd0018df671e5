"""The public API: petitions as JSON, described with OpenAPI in openapi.json."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation

from campaigns.cache_control import View, public
from campaigns.counting import surveying
from campaigns.pages.listed import listed_petitions
from campaigns.pages.stories import story_urls
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.public import requests

PER_PAGE = 50
NOT_FOUND = "There is no such petition, or it is not published."
DESCRIPTION = Path(__file__).with_name("openapi.json")


def for_scripts(view: View) -> View:
    """Make a view public and let scripts of other sites read the response, also a 404."""

    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = public(view)(request, *args, **kwargs)
        except Http404:
            response = JsonResponse({"error": NOT_FOUND}, status=404)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return wrapper


def for_anybody(view: View) -> View:
    """Apply `for_scripts`, and let other sites embed the response in any way: it is not private."""

    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = for_scripts(view)(request, *args, **kwargs)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return wrapper


@for_anybody
def petitions(request: HttpRequest) -> HttpResponse:
    """Return a page of the petitions in the active language that may be listed, newest first."""
    found = (
        listed_petitions()
        .filter(locale__language_code=translation.get_language())
        .select_related("locale")
        .order_by("-first_published_at", "-pk")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return JsonResponse(
        {
            "count": page.paginator.count,
            "next": page_url(page.next_page_number()) if page.has_next() else None,
            "previous": page_url(page.previous_page_number()) if page.has_previous() else None,
            "results": summaries(fetch_tallies(page.object_list)),
        }
    )


@for_anybody
def petition(request: HttpRequest, slug: str) -> HttpResponse:
    subject = requests.published_petition(slug)
    countries = surveying.countries(subject)
    [summary] = summaries([subject])
    return JsonResponse({**summary, "letter": letter(subject), "countries": countries})


@for_anybody
def description(request: HttpRequest) -> HttpResponse:
    text = json.loads(DESCRIPTION.read_text())
    path = reverse("api_petitions").removesuffix("/api/petitions/")
    return JsonResponse(text | {"servers": [{"url": settings.BASE_URL + path}]})


def page_url(number: int) -> str:
    return f"{settings.BASE_URL}{reverse('api_petitions')}?page={number}"


def summaries(petitions: list[Petition]) -> list[dict[str, Any]]:
    urls = story_urls(petitions)
    return [summary(petition, urls[petition.pk]) for petition in petitions]


def summary(petition: Petition, url: str) -> dict[str, Any]:
    """Return a petition without its letter, as in openapi.json; its URL is that of the story."""
    original, (count, goal) = petition.original, petition.progress
    return {
        "slug": petition.slug,
        "language": petition.locale.language_code,
        "title": petition.title,
        "ask": petition.ask,
        "url": url,
        "petition_url": petition.full_url,
        "api_url": settings.BASE_URL + petition.url_path("api_petition"),
        "state": petition.state.value,
        "count": count,
        "elsewhere": None if count is None else surveying.elsewhere(petition),
        "goal": goal,
        "opens_at": original.opens_at,
        "closes_at": original.closes_at,
    }


def letter(petition: Petition) -> dict[str, Any]:
    """Return the parts of a petition's letter, in reading order."""
    return {
        "targets": [
            {"name": target.value["name"], "role": target.value["role"]}
            for target in petition.targets
        ],
        "salutation": petition.salutation,
        "opening": petition.opening,
        "demands": [demand.value for demand in petition.demands],
        "close": petition.close,
    }
