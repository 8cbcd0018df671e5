"""A visitor looks for a campaign, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_article, make_campaign, make_home, make_petition, make_topic
from tests.journeys.test_accessibility import SIZES, findings
from tests.walking import Person, said

LABEL = "What are you looking for?"


@pytest.fixture
def campaign():
    make_home()
    make_article(title="Glaciers in January")
    return make_campaign(make_petition(), title="The last glacier", topics=[make_topic("Ice")])


def test_typing_suggests_and_the_keyboard_or_a_press_leads_there(site, page, campaign):
    page.goto(f"{site}/search/?source=newsletter")
    field, options = page.get_by_role("combobox", name=LABEL), page.get_by_role("option")

    field.press_sequentially("glac")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    axe_finds_nothing_while_suggestions_are_open(page)
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("glac")
    field.press_sequentially("ier")
    expect(options).to_have_count(2)
    for option in options.all():
        field.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        if "The last glacier" in option.inner_text():
            field.press("Enter")
            break

    # The reader who came by a newsletter still does (source.js).
    expect(page).to_have_url(f"{site}{campaign.url}?source=newsletter")

    page.goto(f"{site}/search/?source=newsletter")
    field.press_sequentially("ice")
    page.get_by_role("option", name="Ice").click()

    expect(page).to_have_url(f"{site}/search/?topic=ice&source=newsletter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ice")


def axe_finds_nothing_while_suggestions_are_open(page: Page) -> None:
    page.get_by_role("combobox", name=LABEL).press("ArrowDown")
    for size in SIZES:
        page.set_viewport_size(size)
        expect(page.get_by_role("option").first).to_be_visible()
        assert findings(page) == [], size


def test_without_javascript_links_alone_narrow_a_search_down(campaign):
    visitor = Person()

    visitor.goto("/search/")
    visitor.fill(LABEL, "glaciers")
    visitor.press("Search", within="main")
    assert len(found(visitor)) == 2

    visitor.click("Open")
    assert found(visitor) == ["The last glacier"]
    visitor.click("Closed")
    assert "Nothing found" in said(visitor.page.main.h2)
    visitor.click("Search everywhere")

    assert len(found(visitor)) == 2


def found(visitor: Person) -> list[str]:
    return [said(each) for each in visitor.page.select(".results h2")]
