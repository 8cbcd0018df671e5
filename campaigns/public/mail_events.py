"""The reports of our email provider: bounces, complaints, and unsubscribing there."""

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.bounces import providers

log = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_events(request: HttpRequest) -> HttpResponse:
    """Handle the events of a request that has the secret; some providers try the URL with HEAD."""
    if not settings.MAIL_PROVIDER:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    try:
        events = providers.read(settings.MAIL_PROVIDER, request)
    except providers.Unreadable:
        log.warning("A report of the provider of email cannot be read.")
        return HttpResponseBadRequest()
    for event in events:
        providers.act(event)
    return HttpResponse()
