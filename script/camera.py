"""Takes pictures of pages for script/screenshots, and writes them to docs/images."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from script import serve
from servers.processes import ROOT, Problem

IMAGES = ROOT / "docs" / "images"
ENOUGH = 2_500_000  # bytes of all pictures together
TAKEN: dict[str, bytes] = {}  # written to files when all have been taken


def take(page: Page, name: str, *, top: Locator | None = None, height: int = 880) -> None:
    """Take a picture of the window, after scrolling a part of the page to its top."""
    assert page.viewport_size
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1000)  # for animations, and until the CMS saves
    expect(page.get_by_text("Saving…")).to_be_hidden()
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


def keep() -> None:
    """Write the pictures with 256 colours. Raise Problem if they are too large together."""
    small = {}
    for name, picture in TAKEN.items():
        out = BytesIO()
        with Image.open(BytesIO(picture)) as full:
            colours = full.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        colours.save(out, "PNG", optimize=True)
        small[name] = out.getvalue()
    total = sum(map(len, small.values()))
    if total > ENOUGH:
        raise Problem(f"The pictures have {total:,} bytes together: too many.")
    IMAGES.mkdir(exist_ok=True)
    for old in IMAGES.glob("*.png"):
        old.unlink()
    for name, picture in small.items():
        (IMAGES / f"{name}.png").write_bytes(picture)
    serve.say(f"{len(small)} pictures, {total:,} bytes, in docs/images.")
