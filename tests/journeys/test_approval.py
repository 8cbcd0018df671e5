"""An editor and a moderator work on the same petition; nothing happens twice, nothing is lost."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from playwright.sync_api import Browser, Page, Route, expect
from wagtail.models import Page as AnyPage
from wagtail.models import PageLogEntry

from campaigns.models import CampaignPage, Petition, StaffNotice, State
from tests.factories import make_campaign, make_petition
from tests.journeys.conftest import PASSWORD, admit


@pytest.fixture
def enter(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """A function that signs in another member of staff, with a browser of their own."""
    pages: list[Page] = []

    def enter(group: str) -> Page:
        user = User.objects.create_user(group.lower(), f"{group}@example.org", PASSWORD)
        user.groups.add(Group.objects.get(name=group))
        page = browser.new_context(reduced_motion="reduce").new_page()
        page.set_default_timeout(30_000)  # a process compiles all templates for its first page
        admit(page, site, user)
        pages.append(page)
        return page

    yield enter
    for page in pages:
        page.context.close()


def sign_in(page: Page, site: str, name: str) -> None:
    if "/login/" not in page.url:
        page.goto(f"{site}/admin/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def waiting(site) -> CampaignPage:
    """A page that an editor has submitted, with its draft petition."""
    petition = make_petition(title="A draft", live=False)
    page = make_campaign(petition, live=False, title="A story")
    author = User.objects.create_user("author", "author@example.org", PASSWORD)
    author.groups.add(Group.objects.get(name="Editors"))
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    return CampaignPage.objects.get(pk=page.pk)


def test_an_editor_cannot_change_the_letter_while_it_waits(site, waiting, enter):
    page = enter("Editors")

    page.goto(f"{site}/admin/snippets/campaigns/petition/edit/{waiting.petition_id}/")

    expect(page.locator(".messages")).to_contain_text("currently awaiting moderation")
    opening = page.locator("[name=opening]")
    expect(page.get_by_role("button", name="Save draft", exact=True)).to_have_count(0)
    assert opening.evaluate("field => getComputedStyle(field).pointerEvents") == "none"
    # The buttons of actions and of requests for actions can still be pressed.
    page.get_by_role("link", name="Move to another collection", exact=True).click()
    expect(page.get_by_role("heading", name="A draft").first).to_be_visible()


def expect_saved(page: Page) -> None:
    indicator = page.locator("#w-autosave-indicator")
    expect(indicator).to_have_attribute("data-w-autosave-state-value", "saved")


def settled(page: Page, title: Callable[[], str], expected: str) -> bool:
    """Wait until the title is saved, and as long again as Wagtail needs to save once more."""
    until = time.monotonic() + 20
    while title() != expected and time.monotonic() < until:
        page.wait_for_timeout(100)
    page.wait_for_timeout(2_000)
    return title() == expected


def nothing_is_lost_that_is_typed_at_once_or_while_it_saves(
    page: Page, address: str, title: Callable[[], str]
) -> None:
    """Open a form that saves by itself, and add words to its title."""
    typed = {"while": " river", "later": " free"}
    posts: list[str] = []

    def hold(route: Route) -> None:
        """Type more while the form is on its way."""
        if route.request.method == "POST":
            posts.append(address)
            if "while" in typed:
                page.keyboard.type(typed.pop("while"))
        route.continue_()

    page.route(address, hold)
    before = title()
    page.goto(address)
    page.locator("[name=title]").focus()
    page.keyboard.press("End")
    page.keyboard.type(" the")  # in the first two seconds
    expect_saved(page)

    # On a busy machine, Wagtail may save between two of the letters, and later.
    assert settled(page, title, f"{before} the river")
    saved = len(posts)
    assert 2 <= saved <= 4
    page.keyboard.type(typed.pop("later"))
    assert settled(page, title, f"{before} the river free")
    assert 1 <= len(posts) - saved <= 2
    page.unroute(address)


def test_nothing_typed_is_lost_and_a_slow_approval_that_is_pressed_twice_happens_once(
    site, waiting, enter, settings
):
    """In a page, Wagtail begins to compare twice; test_signed_out.py types into a petition."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "192.0.2.1", 25  # a mail server that never answers
    settings.EMAIL_BACKEND = "campaigns.mail.smtp.EmailBackend"
    StaffNotice.objects.all().delete()
    page = enter("Moderators")
    address = f"{site}/admin/pages/{waiting.pk}/edit/"
    nothing_is_lost_that_is_typed_at_once_or_while_it_saves(
        page, address, lambda: CampaignPage.objects.get().get_latest_revision_as_object().title
    )
    page.locator("[name=title]").fill("A better story")
    release, held = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            AnyPage.objects.select_for_update().get(pk=waiting.pk)
            held.set()
            release.wait(30)
        connection.close()

    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    blocker = threading.Thread(target=hold)
    button = page.get_by_role("button", name="Approve the page and publish its petition")
    blocker.start()
    held.wait(10)
    button.dblclick(no_wait_after=True)
    page.wait_for_timeout(3_000)  # Autosave would have sent the form again by now.
    release.set()
    expect(page.locator(".messages .success")).to_be_visible()
    blocker.join()

    campaign = CampaignPage.objects.get(pk=waiting.pk)
    assert (campaign.live, campaign.has_unpublished_changes) == (True, False)
    assert campaign.title == "A better story"
    assert Petition.objects.get().state == State.OPEN
    approvals = PageLogEntry.objects.filter(page=waiting.pk, action="wagtail.workflow.approve")
    assert approvals.count() == 1
    assert StaffNotice.objects.filter(kind="approved").count() == 1
    assert len([url for url in posts if url == address]) <= 2
