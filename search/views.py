"""One search over what the public may read."""

import unicodedata

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from wagtail.models import Locale, Page
from wagtail.search.backends import get_search_backend
from wagtail.search.backends.base import BaseSearchBackend

from campaigns.caching import public
from campaigns.models.petition import Petition
from campaigns.models.public_page import readable
from search import stemming

MAX_RESULTS = 200


@public
def search(request: HttpRequest) -> HttpResponse:
    """Live, public pages in the active language, the best match first; then bare petitions."""
    query = searchable(request.GET.get("query", ""))
    locale = Locale.objects.filter(language_code=translation.get_language()).first()
    results: list[Page | Petition] = []
    if query and locale:
        results = [*find_pages(query, locale), *find_petitions(query, locale)]
    page = Paginator(results, 10).get_page(request.GET.get("page"))
    return render(request, "search/search.html", {"query": query, "results": page})


def find_pages(query: str, locale: Locale) -> list[Page]:
    pages = readable(Page.objects.all()).filter(locale=locale, depth__gt=1)
    found = backend_for(locale).search(query, pages)[:MAX_RESULTS]
    ids = [page.pk for page in found]
    specific = {page.pk: page for page in Page.objects.filter(pk__in=ids).specific()}
    return [specific[pk] for pk in ids]


def find_petitions(query: str, locale: Locale) -> list[Petition]:
    """Published petitions that no live page carries: those with a page are found by it."""
    petitions = Petition.objects.filter(live=True, locale=locale).select_related("locale")
    found = backend_for(locale).search(query, petitions)[:MAX_RESULTS]
    ids = [petition.pk for petition in found]
    shown = set(
        Petition.objects.filter(pk__in=ids, campaign_pages__live=True).values_list("pk", flat=True)
    )
    return [petition for petition in found if petition.pk not in shown]


def backend_for(locale: Locale) -> BaseSearchBackend:
    """The search by the rules of a language."""
    return get_search_backend(SEARCH_CONFIG=stemming.rules(locale.language_code))


def searchable(text: str) -> str:
    """What somebody searches for, without what no search engine can read; 100 characters."""
    kept = (c if unicodedata.category(c)[0] in "LMNPSZ" else " " for c in text[:100])
    return " ".join("".join(kept).split())
