"""What every test may ask for: the database, a browser, a mail server."""

import contextlib
import email
import os
import shutil
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default as policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache
from django.db import connections
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from campaigns import caching
from config import env
from servers import postgres

ROOT = Path(__file__).resolve().parents[1]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HERE = ("localhost", "127.0.0.1")


def pytest_configure(config: pytest.Config) -> None:
    """Unless DATABASE_URL names a server, start one for the session and all its xdist workers."""
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    stack = contextlib.ExitStack()
    try:
        stack.enter_context(postgres.running(ROOT / "var" / "test-postgres", durable=False))
    except postgres.DatabaseProblem as problem:
        pytest.exit(str(problem), returncode=3)
    config.add_cleanup(stack.close)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What a process keeps for some seconds is of the test before, and so is its language."""
    cache.clear()
    caching.forget()
    translation.activate("en")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium. Without one the test is skipped; where CI=true it fails."""
    for name in CHROMIUMS:
        if path := shutil.which(name):
            return path
    reason = "There is no Chromium on this machine."
    if env.flag("CI", False):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    # Playwright's loop runs in this thread. Django takes the tests' queries for async ones, and
    # would open other connections for them, which do not know the test database by heart.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    known = {alias: connections[alias] for alias in connections}
    with sync_playwright() as playwright:
        for alias, connection in known.items():
            connections[alias] = connection
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            args=[
                "--no-sandbox",  # root has no other way
                # Nothing but this machine has an address.
                "--host-resolver-rules=MAP * ~NOTFOUND"
                + "".join(f", EXCLUDE {name}" for name in HERE),
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile; a request to any machine but this one fails the test."""
    foreign: list[str] = []

    def notice(request: Request) -> None:
        if urlsplit(request.url).hostname not in {None, *HERE}:
            foreign.append(request.url)

    context = browser.new_context()
    context.set_default_timeout(10_000)
    context.on("request", notice)
    yield context
    context.close()
    assert foreign == [], "The page asked another machine."


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


class Mailbox:
    """Keeps what a mail server accepts: ``messages`` as read, ``envelopes`` as sent."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.envelopes: list = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.envelopes.append(envelope)
        self.messages.append(email.message_from_bytes(envelope.content, policy=policy))
        return "250 OK"


@pytest.fixture
def smtp_server(settings) -> Iterator[Mailbox]:
    """A real mail server on this machine, and Django's mail sent through it."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mailbox.stop_listening = controller.server.close
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = False
    yield mailbox
    controller.stop()
