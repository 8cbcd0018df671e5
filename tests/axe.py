"""axe in a page of the browser: the rules of accessibility that a program can check."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Pages of the CMS may have an axe of their own, of another version.
IS_THERE = "Boolean(window.axeOfTests)"
# Without a result: Playwright would send all that axe consists of to the test.
KEEP = "() => { window.axeOfTests = window.axe; }"
RUN = """([context, options]) => axeOfTests.run(context, options).then(({ violations }) =>
  violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) })))"""
# No rule that runs reads the style sheets, which axe would otherwise fetch and parse again.
# Nobody reads the selectors of elements, which axe would look for in the whole document.
# The rules that differ in the dark. They take most of axe's time.
COLOURS = ("color-contrast", "link-in-text-block")
BUT_COLOURS = {name: {"enabled": False} for name in COLOURS}
OPTIONS = {
    "resultTypes": ["violations"],
    "preload": {"assets": ["media"]},
    "selectors": False,
}


def violations(
    page: Page, context: dict[str, Any] | None = None, **options: Any
) -> list[dict[str, Any]]:
    """What axe finds: the `id` of each rule that is broken, and the HTML of its `nodes`.

    The script goes into each document once, however often it is asked.
    """
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(KEEP)
    return page.evaluate(RUN, [context or {"include": [["html"]]}, OPTIONS | options])


def findings(page: Page, context: dict[str, Any] | None = None, **options: Any) -> list[str]:
    """Each rule that is broken, with the first element that breaks it."""
    found = violations(page, context, **options)
    return [f"{each['id']}: {each['nodes'][0][:120]}" for each in found]
