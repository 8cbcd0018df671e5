"""Autosave saves what is typed at once, and what is typed while it saves."""

import pytest
from playwright.sync_api import Page, Route, expect

from campaigns.models import ArticlePage, Petition
from tests.factories import make_article, make_petition
from tests.journeys.test_approval import enter

__all__ = ["enter"]  # the fixture


def expect_saved(page: Page) -> None:
    indicator = page.locator("#w-autosave-indicator")
    expect(indicator).to_have_attribute("data-w-autosave-state-value", "saved")


@pytest.mark.parametrize("kind", [Petition, ArticlePage])
def test_nothing_is_lost_that_is_typed_at_once_or_while_it_saves(site, enter, kind):
    """In a page, Wagtail begins to compare twice."""
    page = enter("Editors")
    if kind is Petition:
        petition = make_petition(title="Keep", live=False)
        address = f"{site}/admin/snippets/campaigns/petition/edit/{petition.pk}/"
    else:
        address = f"{site}/admin/pages/{make_article(title='Keep').pk}/edit/"
    typed = {"while": " river", "later": " free"}
    posts: list[str] = []

    def hold(route: Route) -> None:
        """Type more while the form is on its way."""
        if route.request.method == "POST":
            posts.append(address)
            if "while" in typed:
                page.keyboard.type(typed.pop("while"))
        route.continue_()

    def title() -> str:
        saved: str = kind.objects.get().get_latest_revision_as_object().title
        return saved

    page.route(address, hold)
    page.goto(address)
    page.locator("[name=title]").focus()
    page.keyboard.press("End")
    page.keyboard.type(" the")  # in the first two seconds
    expect_saved(page)
    page.wait_for_timeout(2_000)  # in which the rest is saved

    # On a busy machine, Wagtail may save between two of the letters.
    saved = len(posts)
    assert title() == "Keep the river"
    assert 2 <= saved <= 4
    page.keyboard.type(typed.pop("later"))
    page.wait_for_timeout(3_000)
    assert title() == "Keep the river free"
    assert 1 <= len(posts) - saved <= 2
