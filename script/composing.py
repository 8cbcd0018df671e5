"""Does what docs/editors.md describes, as the demo's editor and moderator.

script/screenshots takes the pictures of the guide meanwhile.
"""

import re
from io import BytesIO

from PIL import Image, ImageOps
from playwright.sync_api import FilePayload, Locator, Page, expect

from demo import images
from script.camera import take
from script.demo_site import Site

TITLE = "Protect freedom of expression"
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
ARTICLE = "The snowballs of January"
LAST = "All of these laws must be repealed: they break Russia’s own constitution."
LETTER = """Dear Mr President,

I call on you to repeal the laws that:

• make libel a crime again
• restrict public protests
• oblige organisations to register as foreign agents

I call on you to uphold the freedoms of expression, association and assembly in Russia."""


def drawing(name: str) -> FilePayload:
    """Return a mirrored picture of the demo: the CMS would recognise one that it already has."""
    out = BytesIO()
    with Image.open(BytesIO(images.read(name))) as picture:
        ImageOps.mirror(picture).save(out, "JPEG", quality=85)
    return FilePayload(name=f"{name}.jpg", mimeType="image/jpeg", buffer=out.getvalue())


def begin(page: Page) -> None:
    """Go from the dashboard, through a few questions, to the drafts of a page and its petition."""
    page.get_by_role("link", name="New campaign").click()
    for name, answer in (
        ("Title", TITLE),
        ("Lead", "In Russia, new laws make it a crime to speak, to meet and to disagree."),
        ("Date", "2013-08-30"),
        ("Addressed to", "The President of Russia"),
        ("Ask", "Call on the President of Russia to repeal these laws."),
        ("Story", "\n".join([STORY, "", *(f"• {law}" for law in LAWS), "", LAST])),
        ("The letter", LETTER),
        ("Caption", "Snowballs in a square of St Petersburg, in January."),
        ("Description", "People throw snowballs in a square."),
        ("Credit", "Illustration: Lastdrop demo"),
        ("Closes", "2030-05-01"),
    ):
        page.get_by_role("textbox", name=re.compile(rf"^{name}\*?$")).fill(answer)
    page.locator("input[type=file]").set_input_files(drawing("snowball"))
    page.get_by_label("Goal").fill("5000")
    page.get_by_label("Collection").select_option("International")
    page.get_by_label("Goal").blur()
    take(page, "new-campaign", top=page.locator("form.begin"), height=2900)
    page.get_by_role("button", name="Create the draft").click()
    page.wait_for_url("**/edit/**")
    page.goto(page.url)  # without the message


def tell(page: Page) -> None:
    """Add a picture and the petition to the story, below the text typed in the first form."""
    take(page, "page-with-draft", height=700)
    story = page.locator("#panel-child-content-body-content")
    add = story.locator(".c-sf-add-button")
    add.last.click()
    take(page, "blocks", top=story, height=700)
    page.get_by_role("option", name="Captioned image", exact=True).click()
    upload(page, story)
    page.get_by_label("Caption").last.fill("Riot police at the March of Millions.")
    take(page, "captioned-image", top=story.get_by_text("Captioned image", exact=True).last)
    add.last.click()
    page.get_by_role("option", name="Petition", exact=True).click()
    page.get_by_role("checkbox", name="Free speech").check()
    take(page, "topics", top=page.get_by_role("heading", name="Topics"), height=420)
    save_draft(page)


def upload(page: Page, story: Locator) -> None:
    story.get_by_role("button", name="Choose an image").first.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="Upload").click()
    modal.locator("input[type=file]").set_input_files(drawing("square"))
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
    with page.expect_event("load"):  # until then, the page shows an earlier message
        page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages .success")).to_be_visible()
    page.goto(page.url)  # without the message


def write(page: Page) -> None:
    """Show the letter below the story, then the petition's own form with settings and texts."""
    heading = page.get_by_role("heading", name="The letter", exact=True)
    take(page, "letter", top=heading, height=1400)
    page.get_by_role("link", name="Edit petition").click()
    page.get_by_role("tab", name="Settings").click()
    take(page, "settings", top=page.get_by_role("tab", name="Settings"), height=1640)
    page.get_by_role("tab", name="Texts of each step").click()
    take(page, "texts", top=page.get_by_role("tab", name="Texts of each step"))
    thank(page)
    save_draft(page)
    page.get_by_role("tab", name="Letter").click()


def thank(page: Page) -> None:
    """Compose what follows the thanks: a call to action, then the ways to share."""
    blocks = page.get_by_role("region", name="What follows the thanks")
    add = blocks.get_by_role("button", name="Insert a block")
    add.last.click()
    page.get_by_role("option", name="Call to action").click()
    blocks.get_by_label("Sentence").fill("Letters need stamps, and meetings need rooms.")
    blocks.get_by_label("Text on the button").fill("Donate")
    address = blocks.get_by_label("or the web address of another site")
    address.fill("https://donate.example.org/?from={source}")
    add.last.click()
    page.get_by_role("option", name="Ways to share").click()
    take(page, "thanks-composed", top=blocks, height=880)


def look(page: Page) -> None:
    """Show the preview beside the form, in a different state from the petition's own."""
    page.get_by_role("button", name="Toggle preview").click()
    frame = page.frame_locator("iframe[title=Preview]").first
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_label("Preview mode").select_option("thanks")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Thank you")
    take(page, "preview", height=1000)
    page.get_by_role("button", name="Toggle preview").click()


def invite(page: Page) -> None:
    """Create a link by which somebody without an account can read the draft."""
    page.get_by_role("link", name="Dashboard").click()
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("link", name="Links for outsiders").click()
    page.get_by_role("button", name="Create a link").click()
    take(page, "outsiders", height=640)


def submit(site: Site, editor: Page) -> None:
    """Let the editor submit the page with its petition, and a moderator publish both."""
    editor.goto(f"{site.address}/admin/")
    editor.get_by_role("link", name=TITLE).first.click()
    take(editor, "submit", height=640)
    editor.get_by_role("button", name="Submit for moderation").click()
    expect(editor.locator(".messages .success")).to_be_visible()
    page = site.staff("moderator")
    ask(page)
    page.goto(f"{site.address}/admin/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name="Approve the page and publish its petition").click()
    expect(page.locator(".messages .success")).to_be_visible()


def ask(page: Page) -> None:
    """Let a moderator add the petition, still a draft, to an article and publish both."""
    page.get_by_role("button", name="Pages", exact=True).click()
    page.locator(".c-page-explorer__item__link").first.click()
    page.get_by_role("link", name="Explore child pages of 'News'").click()
    page.get_by_role("link", name=ARTICLE, exact=True).first.click()
    story = page.locator("#panel-child-content-body-content")
    story.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name="Petition", exact=True).click()
    story.get_by_role("button", name="Choose petition").last.click()
    page.locator(".modal").get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Publish both")).to_be_visible()
    take(page, "publish-both", height=460)


def translate(site: Site) -> None:
    """Begin a translation into Russian with its first sentence."""
    page = site.staff("editor")
    # Not the link to the statistics in the list of open petitions.
    page.locator("a[href*='/pages/']", has_text=TITLE).first.click()
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
