"""Does what docs/editors.md describes, as the demo's editor and moderator.

script/screenshots takes the pictures of the guide meanwhile.
"""

from io import BytesIO

from PIL import Image, ImageOps
from playwright.sync_api import FilePayload, Page, expect

from demo import images
from script.camera import take
from script.demo_site import Site

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
LAST = "All of these laws must be repealed: they break Russia’s own constitution."


def drawing() -> bytes:
    """A mirrored picture of the demo, since the CMS would recognise one that it already has."""
    out = BytesIO()
    with Image.open(BytesIO(images.read("square"))) as square:
        ImageOps.mirror(square).save(out, "JPEG", quality=85)
    return out.getvalue()


def begin(page: Page) -> None:
    """From the menu to a new campaign page with a new petition."""
    page.get_by_role("button", name="Pages", exact=True).click()
    page.locator(".c-page-explorer__item__link").first.click()
    page.get_by_role("link", name="Explore child pages of 'Campaigns'").click()
    page.get_by_role("link", name="Add child page").first.click()
    page.get_by_role("textbox", name="Title*").fill("Protect freedom of expression")
    page.get_by_role("textbox", name="Date*").fill("2013-08-30")
    page.wait_for_timeout(500)
    page.mouse.click(1000, 600)  # closes the calendar
    take(page, "new-page", height=700)
    page.get_by_role("button", name="Choose petition").first.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="New petition").click()
    modal.get_by_label("Title").fill("Freedom of expression in Russia")
    modal.get_by_label("Ask").fill("Call on the President of Russia to repeal these laws.")
    modal.get_by_label("Addressed to").fill("The President of Russia")
    modal.get_by_label("Collection").select_option("International")
    take(page, "new-petition", height=840)
    modal.get_by_role("button", name="Create draft").click()
    expect(modal).to_have_count(0)


def tell(page: Page) -> None:
    """The story: a picture, a text with a list, the petition."""
    story = page.locator("#panel-child-content-body-content")
    add = story.locator(".c-sf-add-button")
    add.last.click()
    take(page, "blocks", height=700)
    page.get_by_role("option", name="Captioned image", exact=True).click()
    upload(page)
    page.get_by_label("Caption").last.fill("Riot police at the March of Millions.")
    take(page, "captioned-image", top=story)
    add.last.click()
    page.get_by_role("option", name="Text", exact=True).click()
    page.locator("[contenteditable=true]").last.click()
    page.keyboard.type(STORY)
    page.keyboard.press("Enter")
    page.keyboard.type("* ")
    for law in LAWS:
        page.keyboard.type(law)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # ends the list
    page.keyboard.type(LAST)
    add.last.click()
    page.get_by_role("option", name="Petition", exact=True).click()
    page.get_by_role("checkbox", name="Free speech").check()
    take(page, "topics", top=page.get_by_role("heading", name="Topics"), height=420)
    save_draft(page)


def upload(page: Page) -> None:
    page.get_by_role("button", name="Choose an image").first.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="Upload").click()
    file = FilePayload(name="police.jpg", mimeType="image/jpeg", buffer=drawing())
    modal.locator("input[type=file]").set_input_files(file)
    modal.get_by_label("Title").fill("Police in St Petersburg")
    modal.get_by_label("Description").fill("Police in helmets stand in a line before a church.")
    modal.get_by_label("Credit").fill("Illustration: Lastdrop demo")
    take(page, "upload", height=960)
    modal.get_by_role("button", name="Upload").click()
    expect(modal).to_have_count(0)


def save_draft(page: Page) -> None:
    # The CMS also saves by itself: after the first time, the new page has an edit URL.
    page.wait_for_url("**/edit/**")
    expect(page.get_by_text("Saving…")).to_be_hidden()
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    expect(page.locator(".messages .success")).to_be_visible()
    page.goto(page.url)  # without the message


def write(page: Page) -> None:
    """The letter, the rules and the words of the petition that the page carries."""
    take(page, "page-with-draft", height=700)
    page.get_by_role("link", name="Edit petition").click()
    page.get_by_role("textbox", name="Salutation").fill("Dear Mr President,")
    page.get_by_role("textbox", name="Opening").fill("I call on you to repeal the laws that:")
    for demand in DEMANDS:
        page.locator("#panel-child-letter-the_letter-content .c-sf-add-button").last.click()
        page.get_by_label("Demand", exact=True).last.fill(demand)
    page.get_by_role("textbox", name="Close", exact=True).fill(
        "I call on you to uphold the freedoms of expression, association and assembly in Russia."
    )
    page.get_by_role("textbox", name="Salutation").click()
    heading = page.get_by_role("heading", name="The letter", exact=True)
    take(page, "letter", top=heading, height=1180)
    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("spinbutton", name="Goal").fill("5000")
    take(page, "settings", top=page.get_by_role("tab", name="Settings"), height=1640)
    page.get_by_role("tab", name="Texts of each step").click()
    take(page, "texts", top=page.get_by_role("tab", name="Texts of each step"))
    save_draft(page)


def look(page: Page) -> None:
    """The preview beside the form, in another state than the petition's own."""
    page.get_by_role("button", name="Toggle preview").click()
    frame = page.frame_locator("iframe[title=Preview]").first
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_label("Preview mode").select_option("thanks")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Thank you")
    take(page, "preview", height=1000)
    page.get_by_role("button", name="Toggle preview").click()


def submit(site: Site, editor: Page) -> None:
    """The editor submits the page; a moderator publishes it with its petition."""
    editor.goto(f"{site.address}/admin/")
    editor.get_by_role("link", name="Protect freedom of expression").first.click()
    editor.get_by_role("button", name="More actions").click()
    take(editor, "submit", height=640)
    editor.get_by_role("button", name="Submit to Moderators approval").click()
    expect(editor.locator(".messages .success")).to_be_visible()
    page = site.staff("moderator")
    page.get_by_role("link", name="Protect freedom of expression").first.click()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()  # ends the moderation
    expect(page.get_by_role("button", name="Publish both")).to_be_visible()
    take(page, "publish-both", height=460)
    page.get_by_role("button", name="Publish both").click()
    expect(page.locator(".messages .success")).to_contain_text("and its petition are published")


def translate(site: Site) -> None:
    """The first sentence of a translation into Russian."""
    page = site.staff("editor")
    page.get_by_role("link", name="Protect freedom of expression").first.click()
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("link", name="Translate this page").click()
    page.get_by_label("Russian").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("submitted for translation")).to_be_visible()
    page.goto(page.url)  # without the message
    page.get_by_role("button", name="Translate", exact=True).first.click()
    page.locator("li textarea").fill("Защитим свободу слова")
    heading = page.get_by_text("English to Russian translation").first
    take(page, "translate", top=heading, height=700)
