"""What every answer says beside its body: who may keep it, and what a browser may do with it."""

import logging
from collections.abc import Callable
from functools import lru_cache

import csp.constants
import csp.utils
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.template.loader import get_template
from django.utils import translation
from django.views.defaults import page_not_found

log = logging.getLogger(__name__)


class CacheMiddleware:
    """Public is what a view calls public, asked for without a session; all else is nobody's.

    A request without a session cookie gets the same bytes as everybody.
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


class LanguageMiddleware:
    """The language that the path begins with, or else the default one: nothing else decides.

    Django's LocaleMiddleware looks for what cannot be here (a cookie, a prefix for the default
    language), three times for each answer, and its `Vary: Accept-Language` would split a cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = translation.get_language_from_path(request.path_info)
        translation.activate(found or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
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


class HeadersMiddleware:
    """A content security policy: strict for the public, wider for the CMS, whose pages need it.

    django-csp writes the policies; its own middleware would write one anew for every answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's page about a failure, for developers, has its own styles and scripts.
        if not settings.DEBUG or response.status_code not in (404, 500):
            response.headers.setdefault(csp.constants.HEADER, self.policy_for(request))
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def policy_for(self, request: HttpRequest) -> str:
        if request.path_info.startswith("/admin/"):
            return policy("ADMIN_CONTENT_SECURITY_POLICY")
        if getattr(request, "is_preview", False):
            # Wagtail asks for it under the public address, and shows it in a frame of the CMS.
            return policy("CONTENT_SECURITY_POLICY", csp.constants.SELF)
        return policy("CONTENT_SECURITY_POLICY", *getattr(request, "framing_sites", None) or ())


@lru_cache(maxsize=100)
def policy(name: str, *framing_sites: str) -> str:
    """The policy of that setting; who may frame it, if others than the setting says."""
    framing = {"frame-ancestors": framing_sites} if framing_sites else {}
    return csp.utils.build_policy(getattr(settings, name)["DIRECTIVES"], replace=framing)


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
