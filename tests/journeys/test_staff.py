"""A campaign manager sets up the second step, and signs in with it, without JavaScript."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from staff.models import Phone
from tests.journeys.conftest import PASSWORD
from tests.journeys.test_accessibility import findings
from tests.staff.conftest import code
from tests.walking import HOST, Person, said


@pytest.fixture(autouse=True)
def second_factor(settings) -> None:
    settings.SECOND_FACTOR = True


def make_manager() -> User:
    user = User.objects.create_user("manager", password=PASSWORD)
    user.groups.add(Group.objects.get(name="Campaign managers"))
    return user


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/signatures/")
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_in_without_javascript(person: Person) -> None:
    person.goto("/admin/signatures/")
    person.fill("Username", "manager")
    person.fill("Password", PASSWORD)
    person.press("Sign in")


def test_the_second_step_is_set_up_and_used_without_javascript(db):
    user, person = make_manager(), Person()

    sign_in_without_javascript(person)
    assert "Set up your second step" in [said(each) for each in person.page.select("h1, h2")]
    device = Phone.objects.get(user=user)
    person.fill("The code that the app shows", code(device))
    person.press("Finish")
    assert len(person.page.select(".second-factor__codes li")) == 10
    person.click("I have put them in a safe place")
    assert person.url == f"{HOST}/admin/"

    person = Person()
    sign_in_without_javascript(person)
    assert "Please enter the code from your app" in said(person.page)
    person.fill("Code of the second step", code(device, steps=1))
    person.press("Sign in")
    assert person.url == f"{HOST}/admin/signatures/"


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
