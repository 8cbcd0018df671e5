"""The oEmbed view, which tells other sites how to embed a petition (https://oembed.com, 1.0)."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.texts import organisation_name
from campaigns.public import requests
from campaigns.sharing import embedding


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Describe how to embed the URL of a petition or of its campaign (https://oembed.com, 1.0).

    Raises Http404 for other URLs, and for petitions that no site may embed; responds with 501 to
    any format but JSON.
    """
    if request.GET.get("format", "json") != "json":
        return JsonResponse({"error": "Only JSON is spoken here."}, status=501)
    subject = petition_at(request, request.GET.get("url", ""))
    if subject is None or not embedding.is_offered(subject):
        raise Http404
    width = bounded(request, "maxwidth", embedding.WIDTH, at_least=embedding.NARROWEST)
    height = bounded(request, "maxheight", embedding.HEIGHT, at_least=1)
    return JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "provider_name": organisation_name(),
            "provider_url": settings.BASE_URL,
            "title": subject.title,
            "html": embedding.frame_html(subject, width=width, height=height),
            "width": width,
            "height": height,
            "cache_age": 86400,
        },
        headers={"Access-Control-Allow-Origin": "*"},
    )


def petition_at(request: HttpRequest, url: str) -> Petition | None:
    """Return the petition that a public URL of this site shows; None for other URLs.

    Raises Http404 for the URL of a petition that is not published, or no longer.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" not in requests.origins(request):
        return None
    path = unquote(parts.path).removesuffix("/") + "/"
    with translation.override(requests.language_of(path)):
        try:
            match = resolve(path)
        except Resolver404:
            return None
        if match.url_name in ("petition", "framed_petition"):
            return requests.published_petition(match.kwargs["slug"])
        page = page_at(request, path, match.args[0]) if match.args else None
    if not (isinstance(page, CampaignPage) and page.live and page.petition):
        return None
    if page.get_view_restrictions().exists() or page.petition.state == State.DRAFT:
        return None
    return page.petition


def page_at(request: HttpRequest, path: str, below_language: str) -> Page | None:
    """Return the page at a path, or the page to which the site redirects from there.

    Sites that embedded the page's previous URL query that URL again once a day.
    """
    page = Page.find_for_request(request, below_language)
    if page is None:
        found = get_redirect(request, Redirect.normalise_path(path))
        page = found.redirect_page if found else None
    return page.specific if page else None


def bounded(request: HttpRequest, name: str, usual: int, *, at_least: int) -> int:
    """Return a query parameter, bounded by `at_least` and `usual`; `usual` if it is no number."""
    asked = request.GET.get(name, "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 6):
        return usual
    return max(at_least, min(usual, int(asked)))
