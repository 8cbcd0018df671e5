"""The CMS works under its security policy, which allows only known scripts."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from wagtail.models import Locale

from tests.factories import make_campaign
from tests.journeys.conftest import admit


@pytest.fixture
def refused(page: Page) -> list[str]:
    """The browser's errors about scripts that the policy does not allow."""
    said: list[str] = []
    page.on("console", lambda message: "Content Security" in message.text and said.append(message))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture
def inside(site: str, page: Page) -> Page:
    admit(page, site, User.objects.create_superuser("root"))
    return page


def test_no_screen_of_the_cms_has_a_script_that_the_policy_refuses(site, inside, refused):
    """But for those of test_cms_screens.py and test_beginning.py, which are looked at there."""
    campaign = make_campaign()
    Locale.objects.create(language_code="ru")
    screens = [
        "/admin/pages/",
        "/admin/documents/",
        "/admin/reports/site-history/",
        "/admin/workflows/add/",
        "/admin/users/",
        "/admin/account/",
        f"/admin/localize/submit/page/{campaign.pk}/",
    ]

    for address in screens:
        inside.goto(f"{site}{address}")
        expect(inside.locator("main").first).to_be_visible()

    assert refused == []


def test_widgets_start_also_in_forms_that_are_added(site, inside, refused):
    make_campaign()

    inside.goto(f"{site}/admin/searchpicks/add/")
    for _ in range(2):
        inside.get_by_role("button", name="Add a recommended result").click()
    inside.get_by_role("button", name="Choose a page", exact=True).last.click()
    expect(inside.get_by_role("dialog")).to_be_visible()
    inside.goto(f"{site}/admin/reports/aging-pages/")
    inside.get_by_role("button", name="Filter").first.click()
    inside.get_by_role("button", name="Last published before").click()
    inside.get_by_role("textbox", name="Last published before").click()
    expect(inside.locator(".xdsoft_datetimepicker").last).to_be_visible()

    assert refused == []
