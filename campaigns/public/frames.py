"""The views of a petition in the frame of another site."""

from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.cache_control import View
from campaigns.public import requests, views

# Any site may frame what is shown while the petition's own sites are not known. It has no form.
ANYWHERE = ["https:"]


class FramedRequest(HttpRequest):
    """A request for a page in another site's frame; `framing_sites` may show the frame."""

    framed: bool
    framing_sites: list[str]


def framed(view: View) -> View:
    """Wrap a view for a frame on the sites that the petition allows, and on no other site.

    SecurityPolicyMiddleware names these sites in the policy. Templates read `request.framed`, and
    leave out the links that would lead out of the frame. A petition that is not published is
    reported in the frame as well, and so is an outage (DatabaseDownMiddleware): a browser shows
    nothing at all of a page that may not be framed.
    """

    @wraps(view)
    def wrapper(request: FramedRequest, slug: str, **rest: str) -> HttpResponse:
        request.framed = True
        request.framing_sites = ANYWHERE
        try:
            request.framing_sites = requests.published_petition(slug).original.framing_sites
            response = view(request, slug, **rest)
        except Http404:
            response = render(request, "campaigns/framed_not_found.html", status=404)
        response.xframe_options_exempt = bool(request.framing_sites)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


petition = framed(views.petition)
sign = framed(views.sign)
check_your_email = framed(views.check_your_email)
thanks = framed(views.thanks)
thanked = framed(views.thanked)
