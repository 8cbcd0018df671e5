"""What the application logs, and what it masks."""

import io
import json
import logging
import re
import signal
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.db import DatabaseError, connection, transaction

from campaigns.public import urls
from campaigns.signatures import tokens
from config import logs
from config.middleware import RequestIdMiddleware


def written(message: str, *args: object, exc_info: Any = None) -> str:
    record = logging.LogRecord("a", logging.ERROR, "a.py", 1, message, args, exc_info)
    return logs.Formatter("%(message)s").format(record)


@pytest.mark.parametrize("purpose", ["confirm", "manage", "withdraw"])
def test_a_signers_token_is_masked(purpose):
    token = tokens.make(purpose, uuid4())

    assert (
        written("Gone: %s", f"/signatures/{purpose}/{token}/") == f"Gone: /signatures/{purpose}/*/"
    )


@pytest.mark.parametrize("route", [str(each.pattern) for each in urls.links])
def test_what_stands_in_the_place_of_a_token_is_masked_in_the_address_of_every_link(route):
    path = f"/{route.replace('<str:token>', 'not=20a token')}"

    assert written("Bad Request: %s", path) == f"Bad Request: {path.replace('not=20a token', '*')}"


@pytest.mark.parametrize("between", ["=", "= ", "\u200b", ":"])
@pytest.mark.parametrize("place", [0, 22, 30, 66])
def test_a_token_that_a_mail_program_has_broken_is_masked(between, place):
    """A reader of the log could put the parts of the token together again."""
    token = tokens.make("confirm", uuid4())
    broken = f"3D{token[:place]}{between}{token[place:]}="

    assert written("Gone: %s", f"/signatures/confirm/{broken}/") == "Gone: /signatures/confirm/*/"


def test_a_token_in_a_traceback_is_masked():
    token = tokens.make("confirm", uuid4())
    error = ValueError(f"broken: {token}")

    assert token not in written("It broke", exc_info=(ValueError, error, None))


def test_the_address_of_a_new_password_is_masked():
    path = "/admin/password_reset/confirm/MQ/d0xyz-0123456789abcdef/"

    assert written("Not Found: %s", path) == "Not Found: /admin/password_reset/confirm/*"


def test_other_addresses_stay_readable():
    path = "/campaigns/a-river-that-runs-free-for-ever/count.json"

    assert written("Not Found: %s", path) == f"Not Found: {path}"


def test_an_email_address_is_masked_in_a_query_too():
    for sent in ("ada@example.org", "ada%2Bb%40example.org", "%27ada-b%40mail.example.org"):
        assert not re.search("ada|example", written("GET /people?q=%s&page=1", sent)), sent


def test_the_url_of_a_request_that_failed_is_masked_in_a_traceback():
    error = requests.ConnectionError("Max retries exceeded with url: /hook/secret")

    said = written("It broke", exc_info=(type(error), error, None))

    assert said.splitlines()[-1] == "requests.exceptions.ConnectionError: *"


def test_a_long_word_is_read_once():
    """What anybody sends may be logged. Read from each of its letters, it would take minutes."""

    def took_too_long(*args: object) -> None:
        raise AssertionError("The processor was busy for ten seconds.")

    before = signal.signal(signal.SIGVTALRM, took_too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, 10)
    try:
        for word in ("a-" * 150_000, "a%40" * 75_000, "%40" * 100_000):
            assert written(word) == word
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def test_all_that_is_logged_is_masked():
    handlers, loggers = settings.LOGGING["handlers"], settings.LOGGING["loggers"]

    assert {handler["formatter"] for handler in handlers.values()} == {"line"}
    assert settings.LOGGING["formatters"]["line"]["class"] == "config.logs.Formatter"
    assert loggers["gunicorn.error"]["handlers"] == ["console"]


def test_json_holds_what_is_named_and_no_more(rf):
    """A failing page logs its URL and a traceback, and neither names a signer."""
    token = tokens.make("confirm", uuid4())
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logs.JsonFormatter())

    def fail(request):
        logging.getLogger("a").info("Seen by canary@example.org")
        raise ValueError(f"canary@example.org and {token}")

    def answer(request):
        return convert_exception_to_response(fail)(request)

    logging.getLogger().addHandler(handler)
    try:
        for sent in ("0" * 32, "canary@example.org"):
            request = rf.get(f"/signatures/confirm/{token}/", headers={"X-Request-ID": sent})
            RequestIdMiddleware(answer)(request)
    finally:
        logging.getLogger().removeHandler(handler)

    text = handler.stream.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert "canary" not in text
    assert token not in text
    assert {line["level"] for line in lines} == {"INFO", "ERROR"}
    named = {"time", "level", "logger", "message", "request_id", "traceback"}
    assert set().union(*lines) == named
    ids = [line["request_id"] for line in lines]
    assert ids[0] == "0" * 32
    assert len(set(ids)) == 2
    assert len(ids[-1]) == 32
    assert logs.REQUEST_ID.get() == ""


@pytest.mark.django_db
def test_what_the_database_says_of_a_row_is_masked():
    """PostgreSQL quotes the values that were refused, and the statement that held them."""
    typed, lines, said = "canary@example.org", "canary\ncanary@example.org\nand a canary", []
    for statement in ("SELECT 'canary@example.org'::date", "INSERT INTO once VALUES (%s), (%s)"):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("CREATE TEMPORARY TABLE once (email text UNIQUE) ON COMMIT DROP")
                cursor.execute(statement, [lines, lines] if "%s" in statement else None)
        except DatabaseError as error:
            said.append((str(error), written("It broke", exc_info=(type(error), error, None))))

    assert [typed in raw for raw, _ in said] == [True, True]
    assert ["canary" in text for _, text in said] == [False, False]
