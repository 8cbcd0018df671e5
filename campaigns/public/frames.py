"""The views of a petition in the frame of another site."""

from functools import wraps

from django.http import HttpRequest, HttpResponse

from campaigns.cache_control import View
from campaigns.public import requests, views


class FramedRequest(HttpRequest):
    """A request for a page in another site's frame; `framing_sites` may show the frame."""

    framed: bool
    framing_sites: list[str]


def framed(view: View) -> View:
    """Wrap a view for a frame on the sites that the petition allows, and on no other site.

    HeadersMiddleware names these sites in the security policy. Templates read `request.framed`, and
    leave out the links that would lead out of the frame.
    """

    @wraps(view)
    def wrapper(request: FramedRequest, slug: str, **rest: str) -> HttpResponse:
        request.framed = True
        request.framing_sites = requests.published_petition(slug).original.framing_sites
        response = view(request, slug, **rest)
        response.xframe_options_exempt = bool(request.framing_sites)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


petition = framed(views.petition)
sign = framed(views.sign)
check_your_email = framed(views.check_your_email)
thanks = framed(views.thanks)
thanked = framed(views.thanked)
