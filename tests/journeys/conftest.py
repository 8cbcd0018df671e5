"""A site that people walk through: a real server, a real browser, a real mail server."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connections
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from campaigns.counting import counting
from campaigns.mail import sending
from servers.smtp import Mailbox

PASSWORD = "a long password for a journey"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Commit everything, and keep the migrations' rows: the server has a thread of its own."""
    item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture
def site(live_server: LiveServer, settings, monkeypatch) -> str:
    """The URL of a running site with the rows of the migrations.

    Its connections to PostgreSQL last as long as the browser's to the site, as in production.
    """
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 600)
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def worker() -> Callable[[], None]:
    """A function that does one round of manage.py worker."""

    def round() -> None:
        sending.deliver()
        counting.recount()

    return round


@pytest.fixture
def links(smtp_server: Mailbox, worker: Callable[[], None]) -> Callable[[], list[str]]:
    """A function for the URLs in the newest email, after a round of the worker."""

    def newest() -> list[str]:
        worker()
        text = smtp_server.messages[-1].get_body(("plain",)).get_content()
        return re.findall(r"https?://\S+", text)

    return newest


@pytest.fixture
def log_in(site: str, page: Page) -> Callable[..., Page]:
    """A function that gives the browser the session of a group's member.

    It opens a page only if a path is given. test_staff.py uses the sign-in page itself.
    """

    def log_in(group: str, name: str = "", path: str = "") -> Page:
        user = User.objects.create_user(name or group.lower().split()[0], password=PASSWORD)
        user.groups.add(Group.objects.get(name=group))
        admit(page, site, user)
        if path:
            page.goto(site + path)
        return page

    return log_in


def admit(page: Page, site: str, user: User) -> None:
    """Give the browser a session of the user."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}]
    )
