"""Takes the pictures in docs/images by doing what the guides say, as the demo's staff.

Started by script/screenshots. What a guide claims and the site does not do stops it here.
"""

import sys

import serve
from playwright.sync_api import Browser, Locator, Page, expect

sys.path.insert(0, str(serve.ROOT))

from home.demo import pictures

IMAGES = serve.ROOT / "docs" / "images"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESK, PHONE = {"width": 1280, "height": 880}, {"width": 390, "height": 844}
LIMIT = 240  # seconds for all of it
ENOUGH = 2_500_000  # bytes of all pictures together
STORY = (
    "In January people in St Petersburg met for a snowball fight. The police called it an "
    "unauthorised gathering and sent everybody home. Since then laws have passed that:"
)
LAWS = (
    "severely limit freedom of assembly",
    "stigmatise the LGBTI community",
    "make it a crime to insult the feelings of believers",
    "widen what counts as treason and espionage",
)
DEMANDS = (
    "make libel a crime again",
    "restrict public protests",
    "oblige organisations to register as foreign agents",
)


class Site:
    """Where the site is, and who sits before it."""

    def __init__(self, address: str, browser: Browser, passwords: dict[str, str]) -> None:
        self.address, self.browser, self.passwords = address, browser, passwords

    def visitor(self, size: dict[str, int] = DESK) -> Page:
        context = self.browser.new_context(
            viewport=size, reduced_motion="reduce", locale="en-GB", timezone_id="UTC"
        )
        context.set_default_timeout(15_000)
        return context.new_page()

    def staff(self, name: str) -> Page:
        page = self.visitor()
        page.goto(f"{self.address}/admin/login/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(self.passwords[name])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.address}/admin/")
        return page


# --- what is done, and where the pictures are taken ---


def take(page: Page, name: str, part: Locator | None = None) -> None:
    """A picture of what the window shows, or from the top of a part of it."""
    if part:
        part.evaluate("part => window.scrollTo(0, part.getBoundingClientRect().top + scrollY - 130)")
    page.evaluate("document.fonts.ready.then(() => window.scrollTo(0, scrollY))")
    page.wait_for_timeout(700)  # for what slides in
    page.screenshot(path=IMAGES / f"{name}.png")


def shape(page: Page, height: int) -> None:
    page.set_viewport_size({**DESK, "height": height})


def read(site: Site) -> None:
    """The public face: README's picture, and the form on a phone."""
    page = site.visitor()
    page.goto(f"{site.address}/campaigns/keep-the-talva-free/")
    take(page, "campaign")
    phone = site.visitor(PHONE)
    phone.goto(f"{site.address}/campaigns/keep-the-talva-free/")
    phone.locator("form.petition-form").scroll_into_view_if_needed()
    take(phone, "form-on-a-phone")


def picture() -> bytes:
    """A drawing of the demo, mirrored: the CMS would notice one that it has already."""
    out = BytesIO()
    with Image.open(BytesIO(pictures.draw("square"))) as drawing:
        ImageOps.mirror(drawing).save(out, "JPEG", quality=85)
    return out.getvalue()


def block(page: Page, name: str) -> None:
    page.locator("#panel-child-content-body-content .c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()


def begin(page: Page) -> None:
    """From the menu to a new campaign page with a new petition."""
    page.get_by_role("button", name="Pages", exact=True).click()
    page.locator(".c-page-explorer__item__link").first.click()
    page.get_by_role("link", name="Explore child pages of 'Campaigns'").click()
    page.get_by_role("link", name="Add child page").first.click()
    page.get_by_role("textbox", name="Title*").fill("Protect freedom of expression")
    page.get_by_role("textbox", name="Date*").fill("2013-08-30")
    page.get_by_role("textbox", name="Title*").click()
    shape(page, 700)
    take(page, "new-page")
    page.get_by_role("button", name="Choose petition").first.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="New petition").click()
    modal.get_by_label("Title").fill("Freedom of expression in Russia")
    modal.get_by_label("Ask").fill("Call on the President of Russia to repeal these laws.")
    modal.get_by_label("Addressed to").fill("The President of Russia")
    modal.get_by_label("Collection").select_option("International")
    shape(page, 760)
    take(page, "new-petition")
    modal.get_by_role("button", name="Create draft").click()
    expect(modal).to_have_count(0)


def tell(page: Page) -> None:
    """The story: a picture, a text with a list, the petition."""
    page.locator("#panel-child-content-body-content .c-sf-add-button").last.click()
    take(page, "blocks")
    page.get_by_role("option", name="Captioned image", exact=True).click()
    page.get_by_role("button", name="Choose an image").first.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="Upload").click()
    file = {"name": "square.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    modal.locator("input[type=file]").set_input_files(file)
    modal.get_by_label("Title").fill("A line of police in St Petersburg")
    modal.get_by_label("Description").fill("Police in helmets stand in a line before a church.")
    modal.get_by_label("Credit").fill("Illustration: Lastdrop demo")
    take(page, "upload")
    modal.get_by_role("button", name="Upload").click()
    expect(modal).to_have_count(0)
    page.get_by_label("Caption").last.fill("Riot police at the March of Millions.")
    shape(page, 880)
    take(page, "captioned-image", page.locator("#panel-child-content-body-content"))
    block(page, "Text")
    page.locator("[contenteditable=true]").last.click()
    page.keyboard.type(STORY)
    page.keyboard.press("Enter")
    page.keyboard.type("* ")
    for law in LAWS:
        page.keyboard.type(law)
        page.keyboard.press("Enter")
    block(page, "Petition")


def save_draft(page: Page) -> None:
    # The CMS saves by itself as well: a new page is made once, then edited.
    page.wait_for_url("**/edit/**")
    expect(page.get_by_text("Saving…")).to_be_hidden()
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    expect(page.locator(".messages .success")).to_be_visible()


def write(page: Page) -> None:
    """The letter, the rules and the words of the petition that the page carries."""
    take(page, "page-with-draft")
    page.get_by_role("link", name="Edit petition").click()
    page.get_by_role("textbox", name="Salutation").fill("Dear Mr President,")
    page.get_by_role("textbox", name="Opening").fill("I call on you to repeal the laws that:")
    for demand in DEMANDS:
        page.locator("#panel-child-letter-the_letter-content .c-sf-add-button").last.click()
        page.get_by_label("Demand", exact=True).last.fill(demand)
    page.get_by_role("textbox", name="Close", exact=True).fill(
        "I call on you to uphold the freedoms of expression, association and assembly in Russia."
    )
    take(page, "letter", page.locator("#panel-child-letter-the_letter-section"))
    page.get_by_role("tab", name="Rules").click()
    page.get_by_role("spinbutton", name="Goal").fill("5000")
    take(page, "rules")
    page.get_by_role("tab", name="Words of each step").click()
    take(page, "words")
    save_draft(page)
