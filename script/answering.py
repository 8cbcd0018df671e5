"""Does what docs/editors.md and docs/managers.md say about requests, changes and histories.

script/screenshots takes the pictures of the guides meanwhile.
"""

from playwright.sync_api import Page, expect

from script.camera import take
from script.composing import save_draft
from script.demo_site import Site

PETITION = "Keep the Talva free"


def open_petition(page: Page) -> None:
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name=PETITION, exact=True).click()


def done(page: Page) -> None:
    expect(page.locator(".messages .success")).to_be_visible()


def ask(site: Site) -> None:
    """Let an editor request the action "declare victory", and a moderator decline the request."""
    editor = site.staff("editor")
    open_petition(editor)
    editor.get_by_role("link", name="Declare victory").click()
    editor.get_by_label("What has been won?").fill(
        "Parliament has withdrawn the law on the dam. The Talva stays as it is."
    )
    editor.get_by_label("Comment for the moderators").fill("The vote was this morning.")
    take(editor, "request", height=1000)
    editor.get_by_role("button", name="Ask for it").click()
    done(editor)
    moderator = site.staff("moderator")
    requests = moderator.get_by_role("region", name="Requests for actions")
    expect(requests.get_by_text("The vote was this morning.")).to_be_visible()
    take(moderator, "requests", top=requests, height=720)
    requests.get_by_role("button", name="Decline").click()
    done(moderator)


def change(site: Site) -> None:
    """Let a moderator change a petition that people have signed, then correct a small mistake."""
    page = site.staff("moderator")
    open_petition(page)
    before = page.get_by_role("textbox", name="Ask").input_value()
    for picture, after in (
        ("change", before.replace("to stop the dam", "to move the dam")),
        ("slip", before.replace("gorge", "Gorge")),
    ):
        page.get_by_role("textbox", name="Ask").fill(after)
        page.get_by_role("button", name="More actions").click()
        page.get_by_role("button", name="Publish", exact=True).click()
        heading = page.get_by_role("heading", name=PETITION).first
        expect(page.get_by_role("button", name="Publish the new version")).to_be_visible()
        take(page, picture, top=heading, height=900)
        page.get_by_role("link", name="Back to the editor").click()
    page.get_by_role("textbox", name="Ask").fill(before)
    save_draft(page)


def moderate(site: Site) -> None:
    """Invalidate signatures; show the histories of the petition and of one of the signatures."""
    page = site.staff("manager")
    page.get_by_role("link", name="Signatures", exact=True).click()
    page.goto(f"{page.url}?country=CL")
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("link", name="Release, quarantine or invalidate all signatures shown").click()
    page.get_by_role("textbox", name="Reason").fill("All of them came within a minute of the night")
    page.get_by_role("button", name="Invalidate").click()
    done(page)
    page.locator(".signature-name a").first.click()
    page.get_by_role("link", name="History").first.click()
    take(page, "history-signature", height=360)
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name=PETITION, exact=True).click()
    page.get_by_role("link", name="History").first.click()
    take(page, "history-petition", height=460)


def decide(site: Site) -> None:
    """Show what a manager has to decide on: groups of quarantined signatures, and comments."""
    page = site.staff("manager")
    page.goto(f"{site.address}/admin/signatures/quarantine/")
    take(page, "queue", height=860)
    page.goto(f"{site.address}/admin/signatures/comments/")
    take(page, "comments", height=780)


def count(site: Site) -> None:
    """Show the statistics of a petition."""
    page = site.staff("manager")
    page.get_by_role("link", name=PETITION, exact=True).click()
    take(page, "statistics", height=1100)


def export(site: Site) -> None:
    """Export a file for handing over; show the choice of columns and the list of all exports."""
    page = site.staff("manager")
    page.goto(f"{site.address}/admin/signatures/export/handover/?country=FR&export=xlsx")
    page.get_by_label("Petition").fill("")
    page.get_by_label("Country").fill("1")
    take(page, "export-columns", height=900)
    page.goto(f"{site.address}/admin/signatures/?country=FR")
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("link", name="Download XLSX").click()
    page.get_by_role("radio", name="Handing over").check()
    page.get_by_label("What is the file for?").fill("Handover to the Minister for Energy")
    take(page, "export", height=900)
    with page.expect_download():
        page.get_by_label("What is the file for?").press("Enter")
    page.goto(f"{site.address}/admin/reports/exports/")
    take(page, "exports", height=420)


def answer(site: Site) -> None:
    """Look up what is stored about a person who asks for it, and then delete it."""
    page = site.staff("manager")
    page.get_by_role("link", name="Signatures", exact=True).click()
    page.locator(".signature-name a").first.click()
    email = page.locator("dt", has_text="Email").locator("+ dd").first.inner_text()
    page.get_by_role("link", name="Data requests").click()
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_role("heading", name="Answer")).to_be_visible()
    take(page, "person", height=820)
    page.get_by_role("button", name="Delete this person").click()
    page.get_by_role("button", name="Delete this person").click()
    expect(page.get_by_text("Receipt", exact=True)).to_be_visible()
    take(page, "receipt", height=560)
