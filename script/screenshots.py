"""Takes the pictures in docs/images by doing what the guides say, as the demo's staff.

Started by script/screenshots. What a guide claims and the site does not do stops it here.
"""

import os
import re
import signal
import sys
import tempfile
from io import BytesIO

import demo_site
import serve
from demo_site import PHONE, Site
from django.core.exceptions import ImproperlyConfigured
from PIL import Image, ImageOps
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Locator, Page, expect

sys.path.insert(0, str(serve.ROOT))

from config import postgres
from home.demo import pictures

IMAGES = serve.ROOT / "docs" / "images"
LIMIT = 230  # seconds for all of it
ENOUGH = 2_500_000  # bytes of all pictures together
TAKEN: dict[str, bytes] = {}  # written down when all are there
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


# --- what is done, and where the pictures are taken ---


def take(page: Page, name: str, *, top: Locator | None = None, height: int = 880) -> None:
    """A picture of what the window shows, with a part of the page at its top."""
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(500)  # for what slides in, or grows
    if top:
        top.evaluate(
            "part => { part.style.scrollMarginTop = '90px';"
            " part.scrollIntoView({block: 'start', inline: 'nearest', behavior: 'instant'}) }"
        )
    page.evaluate(
        "document.querySelectorAll('html, body, body *').forEach(part => part.scrollLeft = 0)"
    )
    page.wait_for_timeout(300)
    TAKEN[name] = page.screenshot()


def read(site: Site) -> None:
    """The public face: README's picture, and the form on a phone."""
    page, phone = site.visitor(), site.visitor(PHONE)
    page.goto(f"{site.address}/campaigns/keep-the-talva-free/")
    take(page, "campaign", height=800)
    phone.goto(f"{site.address}/campaigns/keep-the-talva-free/")
    take(phone, "form-on-a-phone", top=phone.get_by_label("Name"), height=844)


def drawing() -> bytes:
    """A drawing of the demo, mirrored: the CMS would notice one that it has already."""
    out = BytesIO()
    with Image.open(BytesIO(pictures.draw("square"))) as square:
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
    # The editor hands over what is typed after a pause, as people make one.
    expect(page.locator("input[name=body-1-value]")).to_have_value(re.compile(LAWS[-1]))
    add.last.click()
    page.get_by_role("option", name="Petition", exact=True).click()
    save_draft(page)


def upload(page: Page) -> None:
    page.get_by_role("button", name="Choose an image").first.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="Upload").click()
    file = {"name": "police.jpg", "mimeType": "image/jpeg", "buffer": drawing()}
    modal.locator("input[type=file]").set_input_files(file)
    modal.get_by_label("Title").fill("Police in St Petersburg")
    modal.get_by_label("Description").fill("Police in helmets stand in a line before a church.")
    modal.get_by_label("Credit").fill("Illustration: Lastdrop demo")
    take(page, "upload", height=960)
    modal.get_by_role("button", name="Upload").click()
    expect(modal).to_have_count(0)


def save_draft(page: Page) -> None:
    # The CMS saves by itself as well: a new page is made once, then edited.
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
    page.get_by_role("tab", name="Rules").click()
    page.get_by_role("spinbutton", name="Goal").fill("5000")
    take(page, "rules", top=page.get_by_role("tab", name="Rules"), height=1640)
    page.get_by_role("tab", name="Words of each step").click()
    take(page, "words", top=page.get_by_role("tab", name="Words of each step"))
    save_draft(page)


def look(page: Page) -> None:
    """The preview beside the form, in a state that the petition is not in."""
    page.get_by_role("button", name="Toggle preview").click()
    page.get_by_label("Preview mode").select_option("thanks")
    frame = page.frame_locator("iframe[title=Preview]").first
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


def control(site: Site) -> None:
    """Where a petition stands, and closing it at once."""
    page = site.staff("editor")
    page.get_by_role("link", name="Petitions", exact=True).click()
    take(page, "petitions", height=740)
    page.get_by_role("link", name="Keep the Talva free", exact=True).click()
    take(page, "petition", height=800)
    page.get_by_role("link", name="Close now").click()
    take(page, "close-now", height=420)


def manage(site: Site) -> None:
    """The list of signatures, what it can do, and one of them."""
    page = site.staff("manager")
    page.get_by_role("link", name="Signatures", exact=True).click()
    page.goto(f"{page.url}?country=FR")
    take(page, "signatures")
    page.get_by_role("button", name="Actions").first.click()
    take(page, "signatures-actions", height=420)
    page.keyboard.press("Escape")
    page.locator(".signature-name a").first.click()
    take(page, "signature")


def group(site: Site) -> None:
    """A team's group: the panel with the rights over petitions and signatures."""
    page = site.staff("admin")
    page.goto(f"{site.address}/admin/groups/")
    page.get_by_role("link", name="Campaign managers: City").click()
    page.get_by_role("button", name="Toggle sidebar").click()  # the table is wide
    take(page, "group", top=page.get_by_text("Petition and signature permissions"), height=560)


def photograph(site: Site) -> None:
    read(site)
    editor = site.staff("editor")
    for part in (begin, tell, write, look):
        part(editor)
    submit(site, editor)
    for part in (control, manage, group):
        part(site)
    keep()


def keep() -> None:
    """Write the pictures down in 256 colours. Raises Problem when they are too much together."""
    small = {}
    for name, picture in TAKEN.items():
        out = BytesIO()
        with Image.open(BytesIO(picture)) as full:
            colours = full.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        colours.save(out, "PNG", optimize=True)
        small[name] = out.getvalue()
    total = sum(map(len, small.values()))
    if total > ENOUGH:
        raise serve.Problem(f"The pictures have {total:,} bytes together: too many.")
    IMAGES.mkdir(exist_ok=True)
    for old in IMAGES.glob("*.png"):
        old.unlink()
    for name, picture in small.items():
        (IMAGES / f"{name}.png").write_bytes(picture)
    serve.say(f"{len(small)} pictures, {total:,} bytes, in docs/images.")


def stop(*args: object) -> None:
    raise serve.Stopped


def main() -> int:
    os.environ.update(serve.ENVIRONMENT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(LIMIT)
    port = demo_site.free_port()
    try:
        with demo_site.database("screenshots") as url, tempfile.TemporaryDirectory() as media:
            os.environ.update(DATABASE_URL=url, MEDIA_ROOT=media, PORT=str(port))
            serve.finish("migrate", "--verbosity=0")
            serve.finish("demo")
            with demo_site.web_server(port) as address, demo_site.chromium() as browser:
                photograph(Site(address, browser, demo_site.passwords()))
    except serve.Stopped:
        serve.say(f"Stopped, or not done after {LIMIT} seconds.")
        return 1
    except (serve.Problem, postgres.DatabaseProblem, ImproperlyConfigured) as problem:
        serve.say(str(problem))
        return 1
    except (BrowserError, AssertionError) as difference:
        reason = " ".join(str(difference).split("Aria snapshot")[0].split())
        serve.say(f"The site does not do what a guide says: {reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
