"""What gunicorn hands over before Django has made a request of it."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIRequest

from config.wsgi import with_a_charset_of_text

FORMS = ("text/plain; charset{}", "multipart/form-data; boundary=x; charset{}")


@pytest.mark.parametrize("charset", ["=hex", "=rot13", "=undefined", "=idna", "*=no-such'en'a"])
def test_a_charset_that_is_none_of_text_keeps_no_request_from_being_made(charset):
    for form in FORMS:
        assert made(form.format(charset)).GET["query"] == "a b"


def test_every_other_content_type_stays():
    for form in FORMS:
        for charset in ("=utf-8", "=latin-1"):
            assert made(form.format(charset)).META["CONTENT_TYPE"] == form.format(charset)


def made(content_type: str) -> WSGIRequest:
    """The request that Django makes of one that gunicorn has received."""
    environ = {"CONTENT_TYPE": content_type, "QUERY_STRING": "query=a%20b"}
    environ |= {"wsgi.input": BytesIO()}
    setup_testing_defaults(environ)
    requests = list[WSGIRequest]()

    def application(environ, start_response):
        requests.append(WSGIRequest(environ))
        return ()

    with_a_charset_of_text(application)(environ, lambda *said: None)
    return requests[0]
