"""A campaign manager sets up the second step, and signs in with it, without JavaScript."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Browser, Page, expect

from staff.models import Phone
from tests.journeys.conftest import PASSWORD
from tests.journeys.test_accessibility import findings
from tests.staff.conftest import code


@pytest.fixture(autouse=True)
def second_factor(settings) -> None:
    settings.SECOND_FACTOR = True


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def make_manager() -> User:
    user = User.objects.create_user("manager", password=PASSWORD)
    user.groups.add(Group.objects.get(name="Campaign managers"))
    return user


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/signatures/")
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_the_second_step_is_set_up_and_used_without_javascript(site, plain):
    user = make_manager()

    sign_in(plain, site)
    expect(plain.get_by_role("heading", name="Set up your second step")).to_be_visible()
    device = Phone.objects.get(user=user)
    plain.get_by_label("The code that the app shows").fill(code(device))
    plain.get_by_role("button", name="Finish").click()
    expect(plain.locator(".second-factor__codes li")).to_have_count(10)
    plain.get_by_role("link", name="I have put them in a safe place").click()
    assert plain.url == f"{site}/admin/"

    plain.context.clear_cookies()
    sign_in(plain, site)
    expect(plain.get_by_text("Please enter the code from your app")).to_be_visible()
    plain.get_by_label("Code of the second step").fill(code(device, steps=1))
    plain.get_by_role("button", name="Sign in").click()
    assert plain.url == f"{site}/admin/signatures/"


def test_axe_finds_nothing_at_the_door(site, page):
    make_manager()
    found = {}

    page.goto(f"{site}/admin/login/")
    look("sign in", page, found)
    sign_in(page, site)
    expect(page.get_by_role("heading", name="Set up your second step")).to_be_visible()
    page.wait_for_load_state()
    look("set up", page, found)
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Please enter the six digits")).to_be_visible()
    page.wait_for_load_state()
    look("with an error", page, found)

    assert len(found) == 6
    assert {where: what for where, what in found.items() if what} == {}


def look(name: str, page: Page, found: dict[tuple[str, int], list[str]]) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        found[name, width] = findings(page)
