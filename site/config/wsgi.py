"""The WSGI application for gunicorn (gunicorn.conf.py)."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from config.call_stack import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")


def with_a_charset_of_text(application: WSGIApplication) -> WSGIApplication:
    """Ignore the parameters of a Content-Type with a charset that is none of text, such as "hex".

    Django takes any codec of Python, and fails while it makes the request, before any error page.
    """

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        declared = environ.get("CONTENT_TYPE", "")
        try:
            charset = parse_header_parameters(declared)[1].get("charset", "utf-8")
            str(b"a", charset, "replace")
        except (LookupError, ValueError):
            environ["CONTENT_TYPE"] = declared.partition(";")[0]
        return application(environ, start_response)

    return respond


application = with_room(with_a_charset_of_text(get_wsgi_application()))
