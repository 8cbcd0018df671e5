"""A campaign manager types a search into the list of signatures."""

from datetime import datetime

from playwright.sync_api import expect

from tests.factories import make_petition, make_signature

TYPED = "ada@example.org"


def test_what_is_typed_slowly_is_sent_once(site, log_in):
    river = make_petition(title="Free the river")
    make_signature(river, name="Ada Lovelace", email=TYPED)
    make_signature(river, name="Grace Hopper", email="grace@example.org")
    page = log_in("Campaign managers")
    page.clock.install(time=datetime(2026, 1, 1))
    page.goto(f"{site}/admin/signatures/")
    page.clock.pause_at(datetime(2026, 1, 2))  # from here only the test moves it on
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "q=" in request.url else None)

    box = page.locator("form[data-search-form] input[name=q]")
    for letter in TYPED:
        box.press_sequentially(letter)
        page.clock.run_for(400)  # longer than Wagtail's own pause
    while_typing = list(sent)
    page.clock.run_for(1000)
    expect(page.locator("#listing-results")).not_to_contain_text("Grace Hopper")
    box.press("Enter")
    page.clock.run_for(1000)
    expect(page.locator("#listing-results")).to_contain_text("Ada Lovelace")
    box.blur()
    page.clock.run_for(1000)

    assert while_typing == []
    assert [url.count("q=ada%40example.org") for url in sent] == [1]
    assert page.url == f"{site}/admin/signatures/?q=ada%40example.org"
