"""The style sheet of a look, and the sample of it that the CMS shows while it is chosen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from wagtail.models import Site

from home.identity.look import Look
from home.identity.model import Identity
from home.identity.said import said
from home.identity.widgets import SHOWN
from home.insiders import for_insiders


@require_safe
def look(request: HttpRequest, look: Look, digest: str) -> HttpResponse:
    """The style sheet of a look.

    Raises Http404 where nothing was chosen. While a release is being installed, a URL of the
    other one is answered, and not cached for long.
    """
    if not look.sheet:
        raise Http404
    response = HttpResponse(look.sheet, content_type="text/css")
    if digest == look.digest:
        patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=3)
    return response


@for_insiders
@xframe_options_sameorigin
def sample(request: HttpRequest) -> HttpResponse:
    """A small piece of the site with what the query says, in the scheme that it names."""
    site = Site.find_for_request(request)
    identity = Identity.for_site(site) if site else Identity()
    for name in SHOWN:
        if name in request.GET:
            setattr(identity, name, request.GET[name])
    # Template tags, and the security policy, look into these attributes.
    request.shown_identity = identity  # type: ignore[attr-defined]
    request.is_preview = True  # type: ignore[attr-defined]
    scheme = "dark" if request.GET.get("scheme") == "dark" else "light"
    context = {"scheme": scheme, "said": said(identity)}
    return render(request, "home/identity/sample.html", context)
