"""Emails on a phone of 360 pixels, in light and dark, in a program that blocks pictures."""

from collections.abc import Iterator

from playwright.sync_api import Page
from wagtail.models import Site

from campaigns.mail import composing
from campaigns.mail.outbox import OutgoingMail
from home.models import Identity
from tests import axe
from tests.factories import make_image, make_petition, make_translation

WIDTH = 360
# Rules of axe for whole pages: the program that shows the email meets them.
OF_PAGES = {name: {"enabled": False} for name in ("landmark-one-main", "region")}
# Of a button: the lines of its words, and the pixels of its box that are not the link.
MEASURED = """a => {
  const style = getComputedStyle(a), cell = a.closest("td");
  const words = a.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
  return [
    Math.round(words / parseFloat(style.lineHeight)),
    cell.clientWidth - a.offsetWidth,
    cell.clientHeight - a.offsetHeight,
  ];
}"""


def mails() -> Iterator[str]:
    """Every email to a signer, left to right and right to left, with a long title."""
    title = "Grundwasserschutz statt Gewerbegebietserweiterung in Niederösterreich"
    german = make_petition(title=title)
    for petition in (german, make_translation(german, "ar", title="ليبقَ نهر تالفا حرًّا")):
        for kind in OutgoingMail.Kind.values:
            mail = composing.sample(petition, kind, name="Ana", email="ana@example.org")
            yield mail.alternatives[0].content


def test_every_mail_fits_a_phone_and_is_read_without_pictures(site, page: Page):
    logo = make_image(title="Our sign")
    look = {"logo": logo, "logo_has_name": True, "name": "Free Rivers"}
    Identity.objects.create(site=Site.objects.get(is_default_site=True), **look)
    page.route("**/media/**", lambda route: route.abort())
    page.set_viewport_size({"width": WIDTH, "height": 780})

    for html in mails():
        page.set_content(html)
        # Colours are the same in each language, and take most of axe's time.
        is_arabic = 'dir="rtl"' in html
        light = {"rules": OF_PAGES | axe.BUT_COLOURS if is_arabic else OF_PAGES}
        for scheme, rules in (("light", light), ("dark", {"runOnly": axe.COLOURS})):
            page.emulate_media(color_scheme=scheme)

            assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
            assert "Free Rivers" in page.locator(".plate img").get_attribute("alt")
            buttons = page.locator("a.button").evaluate_all(f"all => all.map({MEASURED})")
            assert buttons in ([], [[1, 0, 0]])
            assert (scheme, is_arabic) == ("dark", True) or axe.findings(page, **rules) == []
