"""The views of a look: its style sheet, its icons, and its sample in the CMS."""

from collections.abc import Callable

from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from wagtail.models import Site

from home.identity import icons
from home.identity.look import Look
from home.identity.model import Identity
from home.identity.shades_in_words import said
from home.identity.widgets import SHOWN

SampleForm = modelform_factory(Identity, fields=SHOWN)
KINDS: dict[str, tuple[str, Callable[[Look], str | bytes]]] = {
    "css": ("text/css", lambda look: look.sheet),
    "svg": ("image/svg+xml", icons.svg),
    "png": ("image/png", icons.png),
}


@require_safe
def look(request: HttpRequest, look: Look, digest: str, kind: str) -> HttpResponse:
    """Return the style sheet of a look, or its icon.

    Sandboxed frames on other sites, which have no origin, may use both: they are not private.
    Raises Http404 if nothing was chosen. During the installation of a release, a URL of the other
    release also works, but is not cached for long.
    """
    if kind not in KINDS or not look.sheet:
        raise Http404
    content_type, made = KINDS[kind]
    response = HttpResponse(made(look), content_type=content_type)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if digest == look.digest:
        patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=3)
    return response


@require_safe
@xframe_options_sameorigin
def sample(request: HttpRequest) -> HttpResponse:
    """Show a small piece of the site with the identity in the query, in the given colour scheme.

    Invalid values, such as an incomplete colour, are replaced by the stored ones. Raises Http404
    for users who may not change the identity.
    """
    if not request.user.has_perm("home.change_identity"):
        raise Http404
    site = Site.find_for_request(request)
    identity = Identity.for_site(site) if site else Identity()
    if SHOWN[0] in request.GET:
        SampleForm(request.GET, instance=identity).is_valid()
    # Template tags and the security policy read these attributes.
    request.shown_identity = identity  # type: ignore[attr-defined]
    request.is_preview = True  # type: ignore[attr-defined]
    scheme = "dark" if request.GET.get("scheme") == "dark" else "light"
    context = {"scheme": scheme, "said": said(identity)}
    return render(request, "home/identity/sample.html", context)
