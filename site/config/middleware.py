"""Who may keep an answer: nobody, unless the view says that everybody may."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class CacheMiddleware:
    """Public is what a view calls public, asked for without a session; all else is nobody's.

    A request without a session cookie gets the same bytes as everybody. LocaleMiddleware's
    `Vary: Accept-Language` would split a shared cache for nothing: the language is in the path.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
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
