"""One search over what the public may read."""

import unicodedata
from itertools import chain

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from wagtail.models import Page

from campaigns.caching import public
from campaigns.models.petition import Petition

MAX_RESULTS = 200


@public
def search(request: HttpRequest) -> HttpResponse:
    """Live, public pages in the active language, the best match first; then bare petitions."""
    query = searchable(request.GET.get("query", ""))
    results: list[Page | Petition] = []
    if query:
        results = list(chain(find_pages(query), find_petitions(query)))
    page = Paginator(results, 10).get_page(request.GET.get("page"))
    return render(request, "search/search.html", {"query": query, "results": page})


def find_pages(query: str) -> list[Page]:
    pages = Page.objects.live().public().filter(locale__language_code=translation.get_language())
    found = pages.filter(depth__gt=1).search(query)[:MAX_RESULTS]
    ids = [page.pk for page in found]
    specific = {page.pk: page for page in Page.objects.filter(pk__in=ids).specific()}
    return [specific[pk] for pk in ids]


def find_petitions(query: str) -> list[Petition]:
    """Published petitions that no live page carries: those with a page are found by it."""
    petitions = Petition.objects.filter(
        live=True, locale__language_code=translation.get_language()
    ).select_related("locale")
    found = petitions.search(query)[:MAX_RESULTS]
    ids = [petition.pk for petition in found]
    shown = set(
        Petition.objects.filter(pk__in=ids, campaign_pages__live=True).values_list("pk", flat=True)
    )
    return [petition for petition in found if petition.pk not in shown]


def searchable(text: str) -> str:
    """What somebody searches for, without what no search engine can read; 100 characters."""
    kept = (c if unicodedata.category(c)[0] in "LMNPSZ" else " " for c in text[:100])
    return " ".join("".join(kept).split())
