"""The page that shows the design, for those who work here, and its two style sheets."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from home import colours, stylesheets
from home.styleguide import contrast, samples, sheets, tokens
from home.templatetags.navigation import identity

LOOKS = {
    "": _("As your device has it"),
    "light": _("Light"),
    "dark": _("Dark"),
    "print": _("On paper"),
}


def for_insiders(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For those who work here, and in development; to everybody else there is no such page."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEBUG or request.user.has_perm("wagtailadmin.access_admin")):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


@for_insiders
def page(request: HttpRequest) -> HttpResponse:
    """Every token and every component, in the look that is asked for."""
    look = request.GET.get("look", "")
    known = current_tokens(request)
    return render(
        request,
        "home/styleguide/page.html",
        {
            "look": look if look in LOOKS else "",
            "looks": LOOKS.items(),
            "palette": tokens.palette(known),
            "measured": contrast.measured(known),
            "faces": tokens.of_kind("faces", known),
            "leading": tokens.of_kind("leading", known),
            "sizes": tokens.sized("sizes", known),
            "spaces": tokens.sized("spaces", known),
            **samples.components(),
        },
    )


@for_insiders
def swatches(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sheets.swatches(current_tokens(request)), content_type="text/css")


@for_insiders
def paper(request: HttpRequest) -> HttpResponse:
    """What the style sheet says for paper, so that it can be looked at on a screen."""
    return HttpResponse(sheets.paper(stylesheets.whole()), content_type="text/css")


def current_tokens(request: HttpRequest) -> dict[str, str]:
    """The tokens with the site's own colour, if it has one."""
    accent = identity({"request": request})["accent"]
    own = [colours.sheet(accent)] if accent else []
    return tokens.parse(stylesheets.read("tokens.css"), *own)
