"""The middleware for every request and response: caching, the language, and error pages."""

import logging
import re
from collections.abc import Callable
from traceback import walk_tb
from types import FrameType
from uuid import uuid4

from django.conf import settings
from django.contrib.admin.utils import unquote
from django.contrib.messages.middleware import MessageMiddleware
from django.core.exceptions import BadRequest, ValidationError
from django.db import DatabaseError, InterfaceError, InternalError, connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotFound,
    JsonResponse,
)
from django.template.loader import get_template
from django.template.response import SimpleTemplateResponse
from django.utils import translation
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext
from django.views.defaults import bad_request, page_not_found

from campaigns.prepared_statements import is_lost
from campaigns.public.requests import language_of
from config.logs import REQUEST_ID
from operations.database_errors import is_away, reason

log = logging.getLogger(__name__)

REQUEST = re.compile("[0-9a-f]{32}")
GONE = (301, 302, 307, 308, 404, 410)


class RequestIdMiddleware:
    """Gives each request an identifier, which every log line about the request contains.

    nginx generates it and sends it in a header. It identifies no person, and no URL and no response
    contains it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.META.get("HTTP_X_REQUEST_ID", "")
        known = REQUEST_ID.set(sent if REQUEST.fullmatch(sent) else uuid4().hex)
        try:
            return self.get_response(request)
        finally:
            REQUEST_ID.reset(known)


class SessionRequest(HttpRequest):
    """A request that has passed CacheMiddleware. Templates read `has_session`."""

    has_session: bool


class CacheMiddleware:
    """Lets caches store a response only if its view called it public and there was no session.

    Every request without a session cookie gets the same bytes. All other responses are marked as
    `private, no-store`. If nginx has an old copy of a page that is gone or has moved, it stores the
    new response for a second to replace it: otherwise nginx would serve the old copy whenever the
    application fails.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: SessionRequest) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        request.has_session = name in request.COOKIES
        if "\0" in request.COOKIES.get(name, ""):
            del request.COOKIES[name]  # PostgreSQL would raise an error for it.
        response = self.get_response(request)
        control = response.get("Cache-Control", "")
        if "public" not in control:
            if not control or control == "private":
                response["Cache-Control"] = "private, no-store"
        elif request.has_session or response.cookies or response.status_code >= 400:
            response["Cache-Control"] = "private, no-store"
        else:
            response["Vary"] = "Accept-Encoding"
        is_common = not request.has_session and not response.cookies
        if response.status_code in GONE and is_common and "HTTP_X_OLD_COPY" in request.META:
            response["X-Accel-Expires"] = "1"
            response["Vary"] = "Accept-Encoding"  # A private page looks for a session: "Cookie".
        return response


class LanguageMiddleware:
    """Activates the language whose prefix begins the path, or else the default language.

    Django's LocaleMiddleware is slower, since it also looks for a cookie and for a prefix of the
    default language, which this site does not have. Its `Vary: Accept-Language` would divide every
    cached page by language. The CMS, of which nothing is cached, starts in the browser's language;
    for users who are signed in, Wagtail activates the language of their account.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        is_public = not path.startswith("/admin/")
        found = language_of(path) if is_public else translation.get_language_from_request(request)
        translation.activate(found)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        # A view may have answered in another language: the CMS activates that of the account, and
        # the links in emails that of the signer (`requests.answered_in`).
        language = request.LANGUAGE_CODE if is_public else translation.get_language()
        response.headers.setdefault("Content-Language", language)
        return response


class ZeroMiddleware:
    """Refuses URLs of the CMS that contain a NUL character, which PostgreSQL accepts in no text.

    Wagtail passes the query string to the database as it is. Public views and forms have their own
    checks. Raises BadRequest (400).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path, query = request.path_info, request.META.get("QUERY_STRING", "")
        if path.startswith("/admin/") and ("\0" in path or "%00" in query):
            raise BadRequest("There is a zero character in the address.")
        return self.get_response(request)


class MessagesMiddleware(MessageMiddleware):
    """Django's messages framework for the CMS alone: public pages have no messages.

    Overrides `process_request` of Django's middleware, whose storage signs cookies.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/admin/"):
            super().process_request(request)


class DatabaseDownMiddleware:
    """Answers 503 and `Retry-After` instead of 500 while the database is away or restarting.

    If the connection was lost while a view ran, a view that may run twice (`operations.postgresql`)
    is run again on a new connection, which waits for the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not is_away(exception):
            return None
        if is_lost(exception) and self.may_run_twice(request):
            connection.close()
            try:
                return self.run_again(request)
            except (DatabaseError, InterfaceError) as error:
                if not is_away(error):
                    raise
                exception = error
        log.error("The database did not answer: %s", reason(exception))
        if isinstance(exception, InternalError):
            connection.close()  # It leads to a read-only copy; the next one may not.
        # The template of this page needs no database.
        page = get_template("503.html").render()
        response = HttpResponse(page, status=503, headers={"Retry-After": "10"})
        # In a frame on another site (campaigns/public/frames.py) its readers see it, too.
        response.xframe_options_exempt = bool(getattr(request, "framing_sites", None))
        return response

    def may_run_twice(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and getattr(match.func, "may_run_twice", False)

    def run_again(self, request: HttpRequest) -> HttpResponse:
        match = request.resolver_match
        assert match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response


class BrokenFormMiddleware:
    """Answers 400 instead of 500 to a form of the CMS that was damaged on its way.

    Wagtail does not check that the fields of a form exist: its forms fail if the number of blocks
    in a story is missing, or is not a number. Nothing has been saved at this point, since Wagtail's
    views read the whole form before they save anything. If it is the key in the URL that no object
    can have, the answer is 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not request.path_info.startswith("/admin/"):
            return None
        if is_about_the_address(request, exception):
            return page_not_found(request, exception, template_name="wagtailadmin/404.html")
        if not (request.method == "POST" and is_about_what_was_sent(request, exception)):
            return None
        match = request.resolver_match
        log.warning("A form did not arrive as it was sent: %s", match and match.view_name)
        if request.accepts("text/html"):
            return bad_request(request, exception)
        # Wagtail's autosave shows this text.
        text = gettext("That did not arrive in one piece")
        told = {"success": False, "error_code": "validation_error", "error_message": text}
        return JsonResponse(told, status=400)


def is_about_the_address(request: HttpRequest, exception: Exception) -> bool:
    """Return whether the exception is due to a part of the URL that is no key of the model."""
    match = request.resolver_match
    if match is None or not isinstance(exception, ValidationError | ValueError):
        return False
    parts = [str(part) for part in (*match.args, *match.kwargs.values())]
    # Wagtail quotes keys in URLs as Django's admin does.
    asked = [*parts, *map(unquote, parts)]
    return any(key in asked for key in keys_of(frames_of(exception)))


def is_about_what_was_sent(request: HttpRequest, exception: Exception) -> bool:
    """Return whether the exception is due to a missing or malformed field of the form.

    Widgets and blocks read a form in `value_from_datadict`.
    """
    if isinstance(exception, MultiValueDictKeyError):
        return True
    if not isinstance(exception, LookupError | ValueError | TypeError):
        return False
    frames = frames_of(exception)
    sent = [value for _, values in request.POST.lists() for value in values]
    is_reading = any(frame.f_code.co_name == "value_from_datadict" for frame in frames)
    return is_reading or any(key in sent for key in keys_of(frames))


def frames_of(exception: Exception) -> list[FrameType]:
    return [frame for frame, _ in walk_tb(exception.__traceback__)]


def keys_of(frames: list[FrameType]) -> list[object]:
    """Return what Django was converting for a query, which it does in `get_prep_value`."""
    return [f.f_locals.get("value") for f in frames if f.f_code.co_name == "get_prep_value"]


class NotFoundMiddleware:
    """Shows the site's own 404 page in development, too, instead of Django's list of URLs.

    The CMS has shown its own by then.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_djangos = isinstance(response, HttpResponseNotFound)  # APIs return JSON.
        is_of_cms = request.path.startswith("/admin/")
        return page_not_found(request, Http404()) if is_djangos and not is_of_cms else response
