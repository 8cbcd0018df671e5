"""Serve pages as Wagtail does, but find campaign pages with fewer queries."""

from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from wagtail import views
from wagtail.models import Site
from wagtail.url_routing import RouteResult

from campaigns import caching
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions import cached_petitions


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page; find a campaign page with one query.

    Wagtail walks down the tree, with a few queries for each level. Hooks, page privacy and previews
    remain Wagtail's, and so do the URLs below a page that its `route()` finds.
    """
    # Site.find_for_request checks this attribute first.
    host = ("site", request.get_host(), request.get_port())
    site = caching.cached(host, lambda: Site.find_for_request(request))
    request._wagtail_site = site  # type: ignore[attr-defined]
    slug = path.strip("/").rpartition("/")[2]
    candidates = CampaignPage.objects.filter(
        slug=slug, live=True, locale__language_code=translation.get_language()
    ).select_related("locale", "listing_image", "social_image")
    for page in candidates if slug else ():
        # The URL of a page in Russian or Arabic is percent-encoded, the path of the request is not.
        if unquote(page.get_url(request) or "") == request.path:
            if page.petition_id:
                page.petition = cached_petitions.petition(pk=page.petition_id)
            # Page.route_for_request checks this attribute first.
            request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]
    response: HttpResponse = views.serve(request, path)
    return response
