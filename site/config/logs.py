"""What is logged, and what is masked in it: secret links, and what somebody may have typed."""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, Error
from django.template import TemplateDoesNotExist, TemplateSyntaxError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = {"LINES": "config.logs.Formatter", "JSON": "config.logs.JsonFormatter"}

# The identifier of the request that is being answered (config.middleware.RequestIdMiddleware).
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

# Whatever stands in a URL in the place of a signer's token, even if a mail program has garbled it;
# a token in any other place (campaigns/signatures/tokens.py); a signer's number; the link to
# a draft; the secret of a password reset. And what PostgreSQL quotes in an error, to its end: the
# values of a row, which may have several lines, and the statement; and every email.
SECRET = re.compile(
    r"(?:(?<=/signatures/confirm/)|(?<=/signatures/manage/)|(?<=/signatures/withdraw/)"
    r"|(?<=/signatures/email/)|(?<=/signatures/message/)|(?<=/signatures/unsubscribe/)"
    r"|(?<=/drafts/))[^/\n]+"
    r"|(?<=/thanks/)[^/\s\"]+"
    r"|(?<![\w-])[\w-]{22,}(?:\.|%2e)[\w-]{20,}|(?<=/password_reset/confirm/)\S+"
    r"|(?:(?<=\nDETAIL:)|(?<=\nCONTEXT:)|(?<=\nLINE ))"
    r"(?:.|\n)+?(?=\n\nThe above exception|\n\nDuring handling|\Z)"
    r"|[\w.+-]+@[\w-]+\.[\w.-]*\w",
    re.IGNORECASE,
)


# Errors whose words are of the code, the system or the database. Those of others may quote what
# somebody typed (KeyError, ValueError), as the database does where it cannot read a value.
PLAIN = (
    *(OSError, ImportError, NameError, AttributeError, TypeError, SyntaxError),
    *(ImproperlyConfigured, TemplateDoesNotExist, TemplateSyntaxError, Error, psycopg.Error),
)
QUOTING = (DataError, psycopg.DataError)
CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"


def trace(error: BaseException | None) -> str:
    """The traceback as Python writes it, without the words of errors that are not PLAIN."""
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
        record.exc_text = None  # Another handler may have left the words of an error there.
        return SECRET.sub("*", super().format(record))

    def formatException(self, ei: Any) -> str:
        return trace(ei[1])


class JsonFormatter(Formatter):
    """One JSON object a line, for programs that collect logs; masked as lines are.

    It holds what is named here, and nothing that a library attaches to a record: Django attaches
    the request itself.
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
    """The setting LOGGING: every message goes through our formatter, in one of FORMATS."""
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
            # Django's own handlers would print every message twice.
            "django": {"handlers": []},
            # axes logs two lines for each log-in, which say nothing useful.
            "axes": {"level": "WARNING"},
            # They log the letters of each file, and those that a font lacks: letters of names.
            "fontTools": {"level": "WARNING"},
            "fpdf": {"level": "ERROR"},
            # They log a line for each row that is indexed, and for each step of each job.
            "django_tasks": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
            # It logs a line for each shape of a bounce that it tries, and fails at some.
            "flufl.bounce": {"level": "CRITICAL"},
            # gunicorn's own handler would log the URL that a killed worker was serving, token and
            # all.
            "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        },
        "root": {"handlers": ["console"], "level": level},
    }
