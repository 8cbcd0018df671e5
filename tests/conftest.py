"""Fixtures and hooks for all tests: the database, a browser, a mail server."""

import contextlib
import functools
import gc
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.db.models.expressions import Col
from django.template.base import Template
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from pytest_django import DjangoDbBlocker
from wagtail.images.models import Filter

from campaigns import caching, freshness
from config import env, process_cache
from config.call_stack import with_room
from servers import chromium, postgres, smtp
from servers.processes import ROOT, Problem, program
from tests import (
    arranged,
    database,
    in_memory,
    indexing,
    pictures,
    reading,
    rendering,
    signing_in,
)

# Folders and files whose tests start servers or take long, and last the tests that need a browser.
# script/test --fast skips all of them.
MANY = "test_moderating_many"
FLOOD, WORKERS = "test_flood", "test_process"
SLOW = (
    *("storm", "deploy", "cms_access", "servers", "demo", "test_bad_input"),
    *(WORKERS, MANY, FLOOD, "test_many"),
    *("test_once", "test_making", "test_signing_at_once"),  # double clicks, in threads of their own
    *("test_settings", "test_audit", "test_replica"),  # processes of their own
    "browser",
)
CLUSTER = ROOT / "tests" / "cluster"
# Generous, so that a busy machine fails no test. What never appears still fails.
expect.set_options(timeout=20_000)
GC_THRESHOLDS = (100_000, 20, 20)  # gc thresholds far above the defaults: the processes end soon


def pytest_configure(config: pytest.Config) -> None:
    """Start a PostgreSQL for the session and its xdist workers, unless DATABASE_URL names one."""
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    stack = contextlib.ExitStack()
    try:
        folder = in_memory.kept(ROOT / "var" / "test-postgres")
        stack.enter_context(postgres.running(folder, durable=False))
    except Problem as problem:
        pytest.exit(str(problem), returncode=3)
    config.add_cleanup(stack.close)


def pytest_collection() -> None:
    """Do not look for garbage while importing and collecting: nothing of that is garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    gc.set_threshold(*GC_THRESHOLDS)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Run the tests of the cluster only with -m cluster: they need other programs and minutes."""
    is_asked_for = config.option.markexpr == "cluster"
    return None if is_asked_for or collection_path != CLUSTER else True


def pytest_itemcollected(item: pytest.Item) -> None:
    if rank(item) < len(SLOW):
        item.add_marker(pytest.mark.slow)


@pytest.hookimpl(trylast=True)  # after the plugin that puts the tests in random order
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run slow tests first, so that the xdist workers finish at about the same time."""
    items.sort(key=rank)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI, repeat the warnings of script/audit.py, which have scrolled out of view by now."""
    warnings = ROOT / "var" / "audit.txt"
    if os.environ.get("CI") and warnings.exists() and (text := warnings.read_text()):
        terminalreporter.section("packages", yellow=True)
        terminalreporter.write(text)


def rank(item: pytest.Item) -> int:
    """The place in SLOW of a test's folder or file, or of the browser that it needs."""
    names = _names(item.path) | ({"browser"} & set(item.fixturenames))
    return min((SLOW.index(name) for name in names & set(SLOW)), default=len(SLOW))


@functools.cache
def _names(path: Path) -> frozenset[str]:
    return frozenset({path.relative_to(ROOT / "tests").parts[0], path.stem})


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_createdb: bool,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Use a copy of the migrated template, and restore the migrations' rows after a commit."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: database.restore())
        database.copy(anew=django_db_createdb)
        with django_db_blocker.block():
            yield
        database.drop()


@pytest.fixture(scope="module")
def arrangement(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[arranged.Arranged]:
    """What tests of this file share; nothing of it is left to the next."""
    made = arranged.Arranged()
    yield made
    with django_db_blocker.unblock():
        made.begin([])


@pytest.fixture
def begun(
    request: pytest.FixtureRequest,
    arrangement: arranged.Arranged,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    with django_db_blocker.unblock():
        arrangement.begin(arranged.first(request))


@pytest.fixture
def _django_db_helper(begun: None, _django_db_helper: None) -> None:
    """pytest-django's fixture, which opens the test's transaction, once the rest is arranged."""


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of this session share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session", autouse=True)
def nothing_is_done_twice(session_folder: Path, django_test_environment: None) -> Iterator[None]:
    drawn = session_folder / "drawn"
    drawn.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Filter, "run", pictures.once(Filter.run, drawn))
        respond = with_room(reading.once(BaseHandler.get_response))  # as gunicorn has (wsgi.py)
        patch.setattr(BaseHandler, "get_response", respond)
        patch.setattr(caching, "_cache", reading.cache())
        patch.setattr(process_cache, "SECONDS", 3600)  # a test is one process
        patch.setattr(Template, "_render", rendering.but_for_parts(Template._render))
        enter = indexing.caught_up(CaptureQueriesContext.__enter__)
        patch.setattr(CaptureQueriesContext, "__enter__", enter)
        # A query with an order hashes each column that it reads. Django's hash takes much longer.
        patch.setattr(Col, "__hash__", lambda column: hash((column.alias, column.target)))
        patch.setattr(Client, "force_login", signing_in.at_once(Client.force_login))
        yield


@pytest.fixture(scope="session")
def size(request: pytest.FixtureRequest) -> Callable[..., int]:
    """Scale a number: in full with -m storm, else a fifth of it, or another part."""
    is_full = request.config.option.markexpr == "storm"
    return lambda number, part=5: number if is_full else number // part


def needed(*names: str) -> str:
    """The path of a program. Without it the test is skipped; where CI=true it fails."""
    try:
        return program(*names)
    except Problem as problem:
        if env.flag("CI", False):
            pytest.fail(str(problem))
        pytest.skip(str(problem))


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Clear the caches and the language that the previous test left in this process."""
    answered()
    arranged.clear()
    translation.activate("en")


@pytest.fixture
def reads_once(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cache for an hour what the site caches for seconds: for many requests without changes."""
    settings.CACHE_SECONDS = 3600
    monkeypatch.setattr(freshness, "FRAGMENT_SECONDS", 3600)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    needed(*chromium.SHELLS, *chromium.NAMES)
    # Playwright's event loop runs in this thread, so Django takes the tests' queries for async
    # ones. It would open new connections for them, which are not set up for the test database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    known = {alias: connections[alias] for alias in connections}
    with chromium.launched() as browser:
        for alias, connection in known.items():
            connections[alias] = connection
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile; a request to any machine but this one fails the test.

    It asks for less motion: what moves and fades is drawn sixty times a second.
    """
    foreign: list[str] = []

    def notice(request: Request) -> None:
        if urlsplit(request.url).hostname not in {None, *chromium.HERE}:
            foreign.append(request.url)

    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(30_000)
    context.on("request", notice)
    # If the test fails, its report shows the errors of its pages.
    context.on("weberror", lambda raised: print("The page's script failed:", raised.error))
    context.on("console", lambda said: said.type == "error" and print("The page says:", said.text))
    context.on("requestfailed", lambda one: print("Not answered:", one.url, one.failure))
    yield context
    # Also the contexts that the test opened itself: pages of the CMS poll the site.
    for each in browser.contexts:
        each.close()
    answered()
    assert foreign == [], "The page asked another machine."


def answered() -> None:
    """Wait until the live server has answered the browser's last requests, as on leaving a page.

    During the next test, such a request would fill the cache with rows of this test.
    """
    threads = [each for each in threading.enumerate() if "process_request_thread" in each.name]
    for thread in threads:
        # A request that has arrived is still answered, though nobody reads that. No more can come.
        with contextlib.suppress(AttributeError, OSError):  # the thread has ended meanwhile
            thread._args[0].shutdown(socket.SHUT_RDWR)
    until = time.monotonic() + 10
    for thread in threads:
        thread.join(max(0, until - time.monotonic()))


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def smtp_server(settings) -> Iterator[smtp.Mailbox]:
    """A real mail server on this machine, and Django's mail sent through it."""
    with smtp.mailbox() as mailbox:
        settings.EMAIL_BACKEND = "campaigns.mail.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = mailbox.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = False
        yield mailbox
