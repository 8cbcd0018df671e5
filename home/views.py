"""Showing a page: Wagtail's own view, led to campaign pages by a shorter way. Colour and design."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail import views
from wagtail.models import Site
from wagtail.url_routing import RouteResult

from campaigns.caching import kept
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions import cached
from home import colours, measuring, samples
from home.templatetags.navigation import identity

LOOKS = {
    "": _("As your device has it"),
    "light": _("Light"),
    "dark": _("Dark"),
    "print": _("On paper"),
}


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail walks the tree, some queries a level; a campaign page is found in one.

    Hooks, privacy and previews stay Wagtail's. Valid while no page overrides `route()`.
    """
    # Where Site.find_for_request looks first.
    host = ("site", request.get_host(), request.get_port())
    request._wagtail_site = kept(host, lambda: Site.find_for_request(request))
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


def for_insiders(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For who works here, and in development; to everybody else there is no such page."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEBUG or request.user.has_perm("wagtailadmin.access_admin")):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


@for_insiders
def design(request: HttpRequest) -> HttpResponse:
    """Every token and every component, in the look that is asked for."""
    look = request.GET.get("look", "")
    known = worn(request)
    return render(
        request,
        "home/cms/design.html",
        {
            "look": look if look in LOOKS else "",
            "looks": LOOKS.items(),
            **measuring.figures(known),
            **samples.components(),
        },
    )


@for_insiders
def design_swatches(request: HttpRequest) -> HttpResponse:
    return HttpResponse(measuring.swatches(worn(request)), content_type="text/css")


@for_insiders
def design_print(request: HttpRequest) -> HttpResponse:
    """What the sheets say for paper, so that it can be looked at on a screen."""
    return HttpResponse("".join(map(measuring.printed, measuring.PRINTED)), content_type="text/css")


def worn(request: HttpRequest) -> dict[str, str]:
    """The tokens as the house wears them, with its own colour if it has one."""
    accent = identity({"request": request})["accent"]
    return measuring.tokens(measuring.read("tokens"), *([colours.sheet(accent)] if accent else []))
