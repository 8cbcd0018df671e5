"""An editor types a number, and scrolls on."""

from playwright.sync_api import expect

from tests.factories import make_campaign

# The page can always be scrolled up: the field is below the first screen.
MOVED_DOWN = "before => document.querySelector('[name=goal]').getBoundingClientRect().y > before"


def test_a_page_that_is_scrolled_does_not_change_the_number_that_was_typed(site, log_in):
    make_campaign()
    page = log_in("Editors")
    page.goto(f"{site}/admin/campaigns/new/")
    goal = page.get_by_label("Goal")
    goal.fill("10000")
    goal.hover()
    before = goal.bounding_box()["y"]

    for _ in range(3):
        page.mouse.wheel(0, -60)

    page.wait_for_function(MOVED_DOWN, arg=before)
    expect(goal).to_have_value("10000")
