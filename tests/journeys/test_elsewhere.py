"""A visitor of another site signs a petition that is embedded there in a frame."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from campaigns.models import Petition, Signature
from campaigns.sharing import embedding
from tests.factories import make_home, make_petition

# What WordPress makes of a frame that it discovered (wp_filter_oembed_result).
SANDBOXED = (
    '<iframe id="w" sandbox="allow-scripts" security="restricted" src="{}#?secret=aB3dE" '
    'width="600" height="200"></iframe><script>addEventListener("message", ({{data}}) => '
    "{{ (window.heard ??= []).push(data) }})</script>"
)


@pytest.fixture
def elsewhere() -> Iterator[Callable[[str], str]]:
    """Another site: a function that takes the body of a page and returns the page's URL."""
    pages = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = f"<!DOCTYPE html><title>Elsewhere</title><body>{pages[-1]}"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def show(body: str) -> str:
        pages.append(body)
        return f"http://127.0.0.1:{server.server_port}"

    yield show
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def until(tab: Page, is_so: Callable[[], bool]) -> None:
    """Wait up to 30 seconds for something that no single expression of a page can see."""
    for _ in range(600):
        if is_so():
            return
        tab.wait_for_timeout(50)
    raise AssertionError("Nothing of the kind happened within 30 seconds")


def petition_for(site: str) -> Petition:
    make_home()
    return make_petition(goal=10, embed_sites=site)


def test_a_visitor_signs_in_a_frame_on_another_site(site, tab, elsewhere, links):
    address = elsewhere("")
    petition = petition_for(address)
    elsewhere(str(embedding.frame_html(petition, height=150)) + "<p>On</p>" * 100)

    tab.goto(address)
    frame = tab.frame_locator("iframe")
    frame.get_by_label("Name").fill("Ada Lovelace")
    frame.get_by_label("Email", exact=True).fill("not an email")
    frame.locator("form").evaluate("form => form.noValidate = true")
    frame.get_by_label("I agree").check()
    frame.get_by_role("button").click()
    expect(frame.locator(".error-summary")).to_be_visible()
    frame.get_by_label("Email", exact=True).fill("ada@example.org")
    frame.get_by_role("button").click()

    expect(frame.get_by_role("heading", level=1)).to_have_text("One click left")
    # The tab has scrolled to the top of the frame, below which the other site continues.
    tab.wait_for_function("document.querySelector('iframe').getBoundingClientRect().top >= 0")
    signature = Signature.objects.get()
    assert (signature.name, signature.channel) == ("Ada Lovelace", "embed")
    assert signature.framed_by == "127.0.0.1"
    assert tab.context.cookies() == []
    tab.goto(links()[0])
    tab.get_by_role("button", name="Confirm my signature").click()
    thanks = f"{re.escape(site)}/petitions/keep-the-river-free/thanks/n1-"
    expect(tab).to_have_url(re.compile(thanks))


@pytest.mark.parametrize("comes", ["at once", "late"])
def test_the_frame_becomes_as_tall_as_the_petition(site, tab, elsewhere, comes):
    """The script may come after the frame, as in a bad network or after a banner for consent."""
    address = elsewhere("")
    elsewhere(str(embedding.frame_html(petition_for(address), height=150)))
    held: list[Route] = []
    if comes == "late":
        tab.route("**/js/embed.js", lambda route: held.append(route))

    tab.goto(address, wait_until="commit")

    frame = tab.frame_locator("iframe")
    expect(frame.locator("form")).to_be_visible()
    tab.frames[1].wait_for_load_state()
    if comes == "late":
        tab.wait_for_timeout(300)
        until(tab, lambda: bool(held))
        held[0].continue_()

    def is_as_tall() -> bool:
        """What loads late in the frame, such as a font, may change its height meanwhile."""
        inside = frame.locator("html").evaluate("html => html.getBoundingClientRect().height")
        outside = tab.locator("iframe").evaluate("frame => frame.clientHeight")
        return inside > 500 and abs(inside - outside) < 2

    until(tab, is_as_tall)


def test_a_site_that_is_not_named_shows_nothing(site, tab, elsewhere):
    petition = petition_for("https://www.example.org")

    tab.goto(elsewhere(str(embedding.frame_html(petition))))

    tab.wait_for_timeout(500)
    assert tab.frames[1].url == "chrome-error://chromewebdata/"


def test_where_forms_do_not_work_the_frame_shows_a_link(site, tab, elsewhere):
    address = elsewhere("")
    petition = petition_for(address)
    elsewhere(SANDBOXED.format(embedding.frame_url(petition)))

    tab.goto(address)

    frame = tab.frame_locator("iframe")
    expect(frame.locator("form")).to_be_hidden()
    expect(frame.locator(".letter")).to_be_visible()
    frame.get_by_role("link", name="Add my name").click()
    tab.wait_for_function("window.heard?.some(({ message }) => message === 'link')")
    heard = tab.evaluate("window.heard.filter(({ message }) => message)")
    assert {"message": "link", "value": petition.full_url, "secret": "aB3dE"} in heard
    assert any(data["message"] == "height" and data["value"] > 300 for data in heard)
    # WordPress says that it is ready, in case that the frame was there before its own script.
    tab.evaluate("window.heard = []; w.contentWindow.postMessage({message: 'ready'}, '*')")
    tab.wait_for_function("window.heard.some(({ message }) => message === 'height')")
