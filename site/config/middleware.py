"""What every answer says beside its body: who may keep it, and what a browser may do with it."""

import logging
from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.template.loader import get_template
from django.views.defaults import page_not_found

log = logging.getLogger(__name__)


class CacheMiddleware:
    """Public is what a view calls public, asked for without a session; all else is nobody's.

    A request without a session cookie gets the same bytes as everybody. LocaleMiddleware's
    `Vary: Accept-Language` would split a shared cache for nothing: the language is in the path.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        request.has_session = name in request.COOKIES
        if "\0" in request.COOKIES.get(name, ""):
            del request.COOKIES[name]  # nobody's: the database could not even look for it
        response = self.get_response(request)
        control = response.get("Cache-Control", "")
        if "public" not in control:
            if not control or control == "private":
                response["Cache-Control"] = "private, no-store"
        elif request.has_session or response.cookies or response.status_code >= 400:
            response["Cache-Control"] = "private, no-store"
        else:
            response["Vary"] = "Accept-Encoding"
        return response


class ZeroMiddleware:
    """Refuses an address of the CMS with a zero character, which PostgreSQL takes in no text.

    Wagtail looks for what stands there as it came. Public pages and forms see to it themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path, query = request.path_info, request.META.get("QUERY_STRING", "")
        if path.startswith("/admin/") and ("\0" in path or "%00" in query):
            raise BadRequest("There is a zero character in the address.")
        return self.get_response(request)


class HeadersMiddleware(CSPMiddleware):
    """A content security policy: strict for the public, wider for the CMS, whose pages need it."""

    def get_policy_parts(self, request: HttpRequest, *args: Any, **kwargs: Any) -> PolicyParts:
        parts = super().get_policy_parts(request, *args, **kwargs)
        if request.path_info.startswith("/admin/") and not kwargs.get("report_only"):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        elif getattr(request, "is_preview", False):
            # Wagtail asks for it under the public address, and shows it in a frame of the CMS.
            parts.replace = {**(parts.replace or {}), "frame-ancestors": [SELF]}
        elif sites := getattr(request, "framing_sites", None):
            parts.replace = {**(parts.replace or {}), "frame-ancestors": sites}
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class DatabaseDownMiddleware:
    """While the database is away or restarting: come back in a moment (503), no failure (500)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        log.error("The database did not answer: %s", type(exception).__name__)
        # The page asks the database for nothing.
        page = get_template("503.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": "10"})


class NotFoundMiddleware:
    """With DEBUG, too, a mistyped address gets the site's page, and no list of its doors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_djangos = isinstance(response, HttpResponseNotFound)  # not JSON of an API
        return page_not_found(request, Http404()) if is_djangos else response
