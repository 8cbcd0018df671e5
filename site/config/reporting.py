"""Error reports to Sentry or a compatible server; imported only if SENTRY_DSN is set.

A report contains only what is named here, and nothing else that the library collects: the place in
the code, the view, and the class of the error. The message of an error is left out, since it may
quote what a signer typed; so are the values of variables, requests, addresses, log lines and SQL.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.types import DataCollectionUserOptions, Event, Hint

from config.logs import REQUEST_ID, SECRET
from operations.database_errors import reason

PLAIN = (
    *("event_id", "timestamp", "level", "platform", "logger", "release", "environment"),
    *("server_name", "sdk"),
)
OF_FRAME = (
    *("filename", "module", "function", "lineno", "in_app"),
    *("pre_context", "context_line", "post_context"),
)
# The library collects each of its kinds of data that is not named here.
NOTHING: DataCollectionUserOptions = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "graphql": {"document": False, "variables": False},
    "gen_ai": {"inputs": False, "outputs": False},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
}


def begin(dsn: str) -> None:
    """Start reporting errors."""
    sentry_sdk.init(
        dsn,
        data_collection=NOTHING,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=masked,
        before_breadcrumb=lambda crumb, hint: None,
        auto_session_tracking=False,
        send_client_reports=False,
        traces_sample_rate=None,
        # The other integrations only collect what is left out, such as the arguments of commands.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=lambda pending, timeout: None),
            DedupeIntegration(),
            DjangoIntegration(
                transaction_style="function_name",
                middleware_spans=False,
                signals_spans=False,
                cache_spans=False,
            ),
            ExcepthookIntegration(),
            LoggingIntegration(level=None, sentry_logs_level=None),
            ThreadingIntegration(propagate_scope=True),
        ],
    )


def masked(event: Event, hint: Hint) -> Event:
    """Return a new report with only those parts that may leave the site."""
    found: dict[str, Any] = {name: event[name] for name in PLAIN if name in event}  # type: ignore[literal-required]
    if (event.get("transaction_info") or {}).get("source") == "component":
        found["transaction"] = event.get("transaction")
    if request_id := REQUEST_ID.get():
        found["tags"] = {"request_id": request_id}
    if said := (event.get("logentry") or {}).get("message"):
        # The format string from the code, without its arguments.
        found["logentry"] = {"message": SECRET.sub("*", str(said))}
    if "exception" in event:
        values = event["exception"].get("values", [])
        found["exception"] = {"values": list(map(exception, values))}
        error = hint.get("exc_info", (None, None))[1]
        if error is not None and values:
            found["exception"]["values"][-1]["value"] = reason(error)
    return found  # type: ignore[return-value]


def exception(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report of one error in a chain: its class, and where it was raised."""
    frames = (value.get("stacktrace") or {}).get("frames", [])
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "mechanism": {"type": "lastdrop", "handled": False},
        "stacktrace": {"frames": [chosen(frame, OF_FRAME) for frame in frames]},
    }


def chosen(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
