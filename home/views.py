"""Serves pages as Wagtail does, campaign pages with fewer queries, and the colour's style sheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from wagtail import views
from wagtail.models import Site
from wagtail.url_routing import RouteResult

from campaigns import caching
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions import cached
from home import colours


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page; find a campaign page with one query.

    Wagtail walks down the tree, with some queries for each level. Hooks, page privacy and previews
    remain Wagtail's, and so do the addresses below a page that its `route()` finds.
    """
    # Site.find_for_request looks into this attribute first.
    host = ("site", request.get_host(), request.get_port())
    site = caching.cached(host, lambda: Site.find_for_request(request))
    request._wagtail_site = site  # type: ignore[attr-defined]
    slug = path.strip("/").rpartition("/")[2]
    candidates = CampaignPage.objects.filter(
        slug=slug, live=True, locale__language_code=translation.get_language()
    ).select_related("locale", "listing_image", "social_image")
    for page in candidates if slug else ():
        if page.get_url(request) == request.path:
            if page.petition_id:
                page.petition = cached.petition(pk=page.petition_id)
            # Page.route_for_request looks into this attribute first.
            request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]
    response: HttpResponse = views.serve(request, path)
    return response


@require_safe
def accent(request: HttpRequest, colour: str) -> HttpResponse:
    """The style sheet of one colour. It never changes, since the URL contains the colour.

    Raises Http404 for a colour on which text is not readable.
    """
    if not colours.is_readable(colour):
        raise Http404
    response = HttpResponse(colours.sheet(colour), content_type="text/css")
    patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
    return response
