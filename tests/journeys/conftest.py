"""A site that people walk through: a real server, a real browser, a real mail server."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from campaigns.counting import counting
from campaigns.mail import sending
from servers.smtp import Mailbox

PASSWORD = "a long password for a journey"


def pytest_itemcollected(item: pytest.Item) -> None:
    """The server has a thread of its own: it sees what is committed, the migrations' rows too."""
    item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture
def site(live_server: LiveServer, settings) -> str:
    """The address of a running site with what the migrations made."""
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def worker() -> Callable[[], None]:
    """One round of what manage.py worker does all the time."""

    def round() -> None:
        sending.deliver()
        counting.recount()

    return round


@pytest.fixture
def links(smtp_server: Mailbox, worker: Callable[[], None]) -> Callable[[], list[str]]:
    """The addresses in the newest mail, once the worker has been round."""

    def newest() -> list[str]:
        worker()
        text = smtp_server.messages[-1].get_body(("plain",)).get_content()
        return re.findall(r"https?://\S+", text)

    return newest


@pytest.fixture
def log_in(site: str, page: Page) -> Callable[..., Page]:
    """Gives the session of a member of a group to the browser, and opens the CMS.

    test_staff.py goes through the door itself.
    """

    def log_in(group: str, name: str = "") -> Page:
        user = User.objects.create_user(name or group.lower().split()[0], password=PASSWORD)
        user.groups.add(Group.objects.get(name=group))
        open_cms(page, site, user)
        return page

    return log_in


def open_cms(page: Page, site: str, user: User) -> None:
    """The start page of the CMS, as somebody who has logged in sees it."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}]
    )
    # For its first page, a process compiles all templates.
    page.goto(f"{site}/admin/", timeout=30_000)
