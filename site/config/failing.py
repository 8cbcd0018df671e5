"""The response to unexpected errors, with a separate page for a full disk."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext
from django.views.defaults import server_error

from operations import media


def failed(request: HttpRequest) -> HttpResponse:
    """Return the page for an error that no view has caught: Django's `handler500`."""
    if not media.is_full(sys.exception()):
        return server_error(request)
    if request.resolver_match and request.resolver_match.url_name == "add_multiple":
        # Wagtail's form for uploading several files shows this beside the file.
        text = gettext("The disk of the site is full, so nothing was saved.")
        return JsonResponse({"success": False, "error_message": text})
    # The template of this page needs neither database nor disk.
    page = get_template("full.html").render()
    return HttpResponse(page, status=503, headers={"Retry-After": "600"})
