"""The style guide, a page for staff and developers, and its two style sheets."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from home import stylesheets
from home.identity import font_pairs
from home.styleguide import contrast, samples, sheets, tokens
from home.templatetags.navigation import identity

LOOKS = {
    "": _("As on your device"),
    "light": _("Light"),
    "dark": _("Dark"),
    "print": _("On paper"),
}


def for_insiders(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show the view to staff, and to everybody in development. Raises Http404 for all others."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not (settings.DEBUG or request.user.has_perm("wagtailadmin.access_admin")):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


@for_insiders
def page(request: HttpRequest) -> HttpResponse:
    """Show every token and every component, in the look given in the query."""
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
    """Return the print rules of the style sheet, changed so that they apply on a screen."""
    return HttpResponse(sheets.paper(stylesheets.whole()), content_type="text/css")


def current_tokens(request: HttpRequest) -> dict[str, str]:
    """Return the tokens by name, with the organisation's colours if it has its own."""
    look = identity(Context({"request": request}))["look"]
    own = [sheet for sheet in (font_pairs.rules(look.faces), look.tokens) if sheet]
    return tokens.parse(stylesheets.read("tokens.css"), *own)
