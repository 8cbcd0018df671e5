"""Takes the pictures in docs/images by doing what the guides say, as the demo's staff.

Started by script/screenshots. It fails where a guide claims something that the site does not do.
"""

import os
import signal
import sys
import tempfile

from django.core.exceptions import ImproperlyConfigured
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import expect

from script import answering, camera, composing, demo_site, handover, serve, signing
from script.camera import take
from script.demo_site import PHONE, Site
from servers import chromium, databases
from servers.ports import free_port
from servers.processes import Problem

LIMIT = 900  # seconds for all of it


def read(site: Site) -> None:
    """Show the public pages: the picture of README.md, and the form on a phone."""
    page, phone = site.visitor(), site.visitor(PHONE)
    for window in (page, phone):
        window.goto(f"{site.address}/campaigns/keep-the-talva-free/")
        window.reload()  # with the fonts, which a first visit may do without
    take(page, "campaign", height=800)
    take(phone, "form-on-a-phone", top=phone.get_by_label("Name", exact=True), height=844)


def search(site: Site) -> None:
    """Show the search, with a result that editors recommend."""
    page = site.visitor()
    page.goto(f"{site.address}/search/?query=river")
    page.reload()  # with the fonts
    expect(page.get_by_text("Recommended")).to_be_visible()
    take(page, "search", height=840)


def control(site: Site) -> None:
    """Show the status of a petition, and how to close it at once."""
    page = site.staff("moderator")
    page.get_by_role("link", name="Petitions", exact=True).click()
    take(page, "petitions", height=740)
    page.get_by_role("link", name="Keep the Talva free", exact=True).click()
    take(page, "petition", height=800)
    page.get_by_role("link", name="Close now").click()
    take(page, "close-now", height=420)


def manage(site: Site) -> None:
    """Show the list of signatures, its actions, and one signature."""
    page = site.staff("manager")
    page.get_by_role("link", name="Signatures", exact=True).click()
    page.goto(f"{page.url}?country=FR")
    take(page, "signatures")
    page.get_by_role("button", name="Actions").first.click()
    take(page, "signatures-actions", height=720)
    page.keyboard.press("Escape")
    page.locator(".signature-name a").first.click()
    take(page, "signature")


def group(site: Site) -> None:
    """Show the group of a team: the panel with the permissions on petitions and signatures."""
    page = site.staff("admin")
    page.goto(f"{site.address}/admin/groups/")
    page.get_by_role("link", name="Campaign managers: City").click()
    page.get_by_role("button", name="Toggle sidebar").click()  # the table is wide
    take(page, "group", top=page.get_by_text("Petition and signature permissions"), height=700)


def identity(site: Site) -> None:
    """Show an organisation's design while its colours are being chosen. Nothing is saved."""
    page = site.staff("admin")
    page.goto(f"{site.address}/admin/settings/home/identity/")
    page.get_by_label("Colour", exact=True).fill("#0b5d3b")
    page.get_by_label("Second colour", exact=True).fill("#ff8800")
    sample = page.frame_locator('iframe[data-scheme="dark"]')
    expect(sample.locator(".flood .button").first).to_have_css(
        "background-color", "rgb(255, 136, 0)"
    )
    take(page, "identity", top=page.get_by_label("Colour", exact=True), height=900)


def photograph(site: Site) -> None:
    read(site)
    search(site)
    editor = site.staff("editor")
    for part in (
        composing.begin,
        composing.tell,
        composing.write,
        composing.look,
        composing.invite,
    ):
        part(editor)
    composing.submit(site, editor)
    for visit in (signing.sign, signing.count, signing.read, signing.flood):
        visit(site)
    for visit in (control, composing.translate, manage, group, identity):
        visit(site)
    for visit in (answering.decide, answering.count, answering.export):
        visit(site)
    for visit in (handover.sheets, handover.bring_in, handover.write, handover.record):
        visit(site)
    for visit in (answering.ask, answering.change, answering.moderate, answering.answer):
        visit(site)
    camera.keep()


def stop(*args: object) -> None:
    raise serve.Stopped


def main() -> int:
    os.environ.update(serve.ENVIRONMENT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(LIMIT)
    port = free_port()
    try:
        with databases.temporary("screenshots") as url, tempfile.TemporaryDirectory() as media:
            os.environ.update(DATABASE_URL=url, MEDIA_ROOT=media, PORT=str(port))
            serve.finish("migrate", "--verbosity=0")
            serve.finish("demo")
            expect.set_options(timeout=demo_site.PATIENCE)
            with demo_site.web_server(port) as address, chromium.launched() as browser:
                photograph(Site(address, browser, demo_site.passwords()))
    except serve.Stopped:
        serve.say(f"Stopped, or not done after {LIMIT} seconds.")
        return 1
    except (Problem, ImproperlyConfigured) as problem:
        serve.say(str(problem))
        return 1
    except (BrowserError, AssertionError) as difference:
        reason = " ".join(str(difference).split("Aria snapshot")[0].split())
        serve.say(f"The site does not do what a guide says: {reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
