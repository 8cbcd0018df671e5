"""Logging, in which secret links and anything that somebody may have typed are masked."""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import psycopg
import requests
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, Error
from django.template import TemplateDoesNotExist, TemplateSyntaxError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = {"LINES": "config.logs.Formatter", "JSON": "config.logs.JsonFormatter"}
# The packages that log as much as the level says. All others log from INFO on: below it, libraries
# log URLs, requests, metadata of pictures, and what they store.
TALKATIVE = (
    *("campaigns", "config", "demo", "django", "guide", "home"),
    *("operations", "search", "servers", "staff"),
)

# The identifier of the current request (config.middleware.RequestIdMiddleware).
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

# Whatever a URL contains in the place of a signer's token, even if a mail program has garbled it;
# a token in any other place (campaigns/signatures/tokens.py); a signer's number; the link to
# a draft; the secret of a password reset; what PostgreSQL quotes in an error, to the error's end:
# the values of a row, which may have several lines, and the statement; and every email address.
SECRET = re.compile(
    r"(?:(?<=/signatures/confirm/)|(?<=/signatures/manage/)|(?<=/signatures/withdraw/)"
    r"|(?<=/signatures/email/)|(?<=/signatures/message/)|(?<=/signatures/unsubscribe/)"
    r"|(?<=/drafts/))[^/\n]+"
    r"|(?<=/thanks/)[^/\s\"]+"
    r"|(?<![\w-])[\w-]{22,}(?:\.|%2e)[\w-]{20,}[\w.+@-]*|(?<=/password_reset/confirm/)\S+"
    r"|(?:(?<=\nDETAIL:)|(?<=\nCONTEXT:)|(?<=\nLINE ))"
    r"(?:.|\n)+?(?=\n\nThe above exception|\n\nDuring handling|\Z)"
    # Only from its first letter on: from each letter of a long word, it would take a second.
    r"|(?<![\w.+%-])[\w.+%-]+(?:@|%40)[\w-]+\.[\w.-]*\w",
    re.IGNORECASE,
)


# Errors whose messages come from the code, the system or the database. The messages of other errors
# (KeyError, ValueError) may quote what somebody typed, as does the database for a malformed value,
# and a failed request its URL.
PLAIN = (
    *(OSError, ImportError, NameError, AttributeError, TypeError, SyntaxError),
    *(ImproperlyConfigured, TemplateDoesNotExist, TemplateSyntaxError, Error, psycopg.Error),
)
QUOTING = (DataError, psycopg.DataError, requests.RequestException)
CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"


def trace(error: BaseException | None) -> str:
    """Return the traceback as Python writes it, without the messages of errors outside PLAIN."""
    text, seen = "", []
    while error and error not in seen:
        seen.append(error)
        kind = type(error)
        name = kind.__qualname__
        if kind.__module__ != "builtins":
            name = f"{kind.__module__}.{name}"
        words = error if isinstance(error, PLAIN) and not isinstance(error, QUOTING) else "*"
        places = "".join(traceback.format_tb(error.__traceback__))
        text = f"Traceback (most recent call last):\n{places}{name}: {words}\n{text}"
        if error.__cause__:
            error, text = error.__cause__, CAUSED + text
        elif error.__context__ and not error.__suppress_context__:
            error, text = error.__context__, DURING + text
    return text.removesuffix("\n")


class Formatter(logging.Formatter):
    """Masks secrets in the whole text, traceback included.

    Django logs the URLs of requests that were refused or that failed.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # Another handler may have cached the message of an error.
        return SECRET.sub("*", super().format(record))

    def formatException(self, ei: Any) -> str:
        return trace(ei[1])


class JsonFormatter(Formatter):
    """Writes one JSON object per line, for programs that collect logs, masked in the same way.

    It contains only what is named here, and nothing that a library attaches to a record: Django
    attaches the request itself.
    """

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": SECRET.sub("*", record.getMessage()),
        }
        if request_id := REQUEST_ID.get():
            told["request_id"] = request_id
        if record.exc_info:
            told["traceback"] = SECRET.sub("*", self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


def configuration(level: str, form: str) -> dict[str, Any]:
    """Return the setting LOGGING: every message passes our formatter, in one of FORMATS."""
    of_others = "INFO" if level == "DEBUG" else level
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "class": FORMATS[form],
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {
            **{name: {"level": level} for name in TALKATIVE},
            # Django's own handlers would print every message twice.
            "django": {"level": level, "handlers": []},
            # It logs statements with their values.
            "django.db": {"level": of_others},
            # It warns of odd answers with the URL: of a web hook, or with the email address that a
            # mailing list is asked for.
            "urllib3": {"level": "ERROR"},
            # axes logs two useless lines for each log-in.
            "axes": {"level": "WARNING"},
            # These log the letters of each file, and those missing in a font: letters of names.
            "fontTools": {"level": "WARNING"},
            "fpdf": {"level": "ERROR"},
            # These log a line for each row that is indexed, and for each step of each job.
            "django_tasks": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
            # It logs a line for each format of bounces that it tries, and errors in some.
            "flufl.bounce": {"level": "CRITICAL"},
            # gunicorn's own handler would log the URL of the request of a killed worker, including
            # the token.
            "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        },
        "root": {"handlers": ["console"], "level": of_others},
    }
