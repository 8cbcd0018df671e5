"""What is answered where nobody expected an error: a disk that is full has a page of its own."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext
from django.views.defaults import server_error

from operations import media


def failed(request: HttpRequest) -> HttpResponse:
    """The page for an error that no view has caught. Django calls it while it handles the error."""
    if not media.is_full(sys.exception()):
        return server_error(request)
    if request.resolver_match and request.resolver_match.url_name == "add_multiple":
        # Wagtail's form for many files shows this beside the file.
        text = gettext("The disk of the site is full, so nothing was saved.")
        return JsonResponse({"success": False, "error_message": text})
    # The template of this page needs neither database nor disk.
    page = get_template("full.html").render()
    return HttpResponse(page, status=503, headers={"Retry-After": "600"})
