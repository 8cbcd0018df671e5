"""The link to unsubscribe in a mailing: a page that asks, and the POST of RFC 8058."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.mailings import links, unsubscribing
from campaigns.public import requests
from campaigns.public.views import private_link
from campaigns.signatures import tokens
from campaigns.signing import signing
from home import languages


@private_link
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, since mail scanners open links; unsubscribe on POST, whatever its body is.

    Mail programs send the POST without cookies, and follow no redirect.
    """
    try:
        link = links.read(token)
    except tokens.BadToken:
        raise signing.BadLink from None
    signature = link.signature
    language = signature.language if signature else languages.understood(request)
    with requests.answered_in(language, request):
        if request.method == "POST":
            unsubscribing.unsubscribe(link)
        context: dict[str, object] = {"was_left": link.was_left}
        if request.method == "POST" or unsubscribing.is_done(link):
            return render(request, "campaigns/unsubscribed.html", context)
        context["petition"] = signature.petition if signature else None
        return render(request, "campaigns/unsubscribe.html", context)
