"""Shows a page as Wagtail does, campaign pages by a shorter way; and the site's own colour."""

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
    """Wagtail walks the tree, some queries a level; a campaign page is found in one.

    Hooks, privacy and previews stay Wagtail's. Valid while no page overrides `route()`.
    """
    # Where Site.find_for_request looks first.
    host = ("site", request.get_host(), request.get_port())
    request._wagtail_site = caching.cached(host, lambda: Site.find_for_request(request))
    slug = path.strip("/").rpartition("/")[2]
    candidates = CampaignPage.objects.filter(
        slug=slug, live=True, locale__language_code=translation.get_language()
    ).select_related("locale", "listing_image", "social_image")
    for page in candidates if slug else ():
        if page.get_url(request) == request.path:
            if page.petition_id:
                page.petition = cached.petition(pk=page.petition_id)
            # Where Page.route_for_request looks first.
            request._wagtail_route_for_request = RouteResult(page)
    return views.serve(request, path)


@require_safe
def accent(request: HttpRequest, colour: str) -> HttpResponse:
    """The sheet of one colour, for ever the same: the address says it all."""
    if not colours.is_readable(colour):
        raise Http404
    response = HttpResponse(colours.sheet(colour), content_type="text/css")
    patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
    return response
