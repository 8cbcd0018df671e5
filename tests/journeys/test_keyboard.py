"""An editor uses the keyboard alone: the focus stays near what is moved, deleted or closed."""

from playwright.sync_api import Page, expect

from tests.factories import make_article, make_campaign


def story(*texts: str) -> list[tuple[str, str]]:
    return [("text", f"<p>{text}</p>") for text in texts]


def press(page: Page, name: str, place: int) -> None:
    page.get_by_role("button", name=name, exact=True).nth(place).press("Enter")


def test_the_focus_stays_near_a_block_that_was_moved_or_deleted(site, log_in):
    article = make_article(body=story("One", "Two", "Three"))
    page = log_in("Editors", path=f"/admin/pages/{article.pk}/edit/")
    focused = page.locator("[data-contentpath=body] :focus")

    press(page, "Move up", 1)

    expect(focused).to_have_attribute("title", "Move down")  # It is the first block now.

    page.keyboard.press("Enter")
    expect(focused).to_have_attribute("title", "Move down")
    press(page, "Delete", 1)

    expect(focused).to_have_attribute("title", "Insert a block")

    texts = page.locator("[data-contentpath=body] [role=textbox]:visible")
    expect(texts).to_have_text(["One", "Three"])


def test_the_focus_returns_to_the_button_of_a_menu(site, log_in):
    campaign = make_campaign()
    page = log_in("Editors", path=f"/admin/pages/{campaign.get_parent().pk}/")
    more = page.get_by_role("button", name="More options for").first

    more.press("Enter")
    edit = page.get_by_role("link", name="Edit", exact=True).and_(page.locator(":visible")).last
    edit.focus()
    page.keyboard.press("Escape")

    expect(edit).to_be_hidden()
    expect(more).to_be_focused()
