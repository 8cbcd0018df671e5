"""A site that people walk through: a real server, a real browser, a real mail server."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
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
    """Logs a member of a group in at the CMS."""

    def log_in(group: str, name: str = "") -> Page:
        user = User.objects.create_user(name or group.lower().split()[0], password=PASSWORD)
        user.groups.add(Group.objects.get(name=group))
        page.goto(f"{site}/admin/login/")
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{site}/admin/")
        return page

    return log_in
