"""A manager finds somebody with the search box, and narrows down with filters and their counts."""

import pytest
from playwright.sync_api import Page, expect

from campaigns.counting import surveying
from campaigns.finding.searches import TypedSearch
from tests.factories import make_petition, make_signature
from tests.journeys.test_cms_screens import found_on

SECRET = "lovelace"


@pytest.fixture
def signed(site):
    petition = make_petition(title="Free the river")
    make_signature(petition, name="Ada Lovelace", email="ada@example.org", country="DE")
    make_signature(petition, name="Lovelace, too", email="l@example.org", country="FR")
    make_signature(petition, name="Grace Hopper", email="grace@example.org", country="DE")


def names(page: Page) -> list[str]:
    return page.locator("td.signature-name a[href*=inspect]").all_inner_texts()


def labels(page: Page, name: str) -> list[str]:
    return page.locator(f"select[name={name}] option").all_inner_texts()


def test_what_is_typed_is_found_and_in_no_address(site, signed, log_in):
    surveying.survey()
    page = log_in("Campaign managers")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))

    page.goto(f"{site}/admin/signatures/?country=DE")
    page.get_by_role("searchbox", name="Search").fill(SECRET)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Names and email addresses with “lovelace”")).to_be_visible()
    both = names(page)
    page.get_by_role("button", name="Clear").press("Enter")  # the filter by country
    expect(page.get_by_text("Lovelace, too")).to_be_visible()
    expect(page.locator("#listing-results :focus")).to_be_visible()

    assert both == ["Ada Lovelace"]
    assert names(page) == ["Lovelace, too", "Ada Lovelace"]
    assert "search=" in page.url
    assert [address for address in addresses if SECRET in address] == []
    assert TypedSearch.objects.get().text == SECRET

    page.get_by_role("button", name="Show filters").press("Enter")
    expect(page.locator("select[name=country] option[value=DE]")).to_have_text("Germany (1)")
    assert labels(page, "petition")[1:] == ["Free the river (2)"]
    page.get_by_role("button", name="Signed").press("Enter")
    assert found_on(page) == []
    offered = page.locator(".filter-periods").element_handle()
    page.get_by_role("button", name="Today (2)").press("Enter")
    expect(page.locator("[data-w-active-filter-id]")).to_have_count(1)
    offered.wait_for_element_state("hidden")  # It was replaced, with new numbers.
    expect(page.get_by_role("button", name="Today (2)")).to_be_focused()
    page.get_by_role("button", name="Back").press("Enter")
    page.get_by_role("button", name="Country").press("Enter")
    page.get_by_label("Country").select_option("FR")
    expect(page.locator("select[name=country] option[value=DE]")).to_have_text("Germany (1)")
    expect(page.locator("select[name=channel] option[value=form]")).to_have_text("form (1)")
    assert names(page) == ["Lovelace, too"]
