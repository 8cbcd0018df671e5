"""Reads and signs as the public does, while script/screenshots takes pictures."""

import email
import re
import time
from email.policy import default as policy
from pathlib import Path

from playwright.sync_api import Page, expect

from script import serve
from script.camera import take
from script.composing import TITLE
from script.demo_site import PHONE, Site
from servers.processes import ROOT, Problem

MAILS, LOG = ROOT / "var" / "mail", ROOT / "var" / "demo-site.log"
TALVA, OURS = "keep-the-talva-free", "protect-freedom-of-expression"
LONGEST = 60  # seconds until an email arrives
ROUNDS = 12  # of the worker, until it has counted the signatures and then their sources
FAKES = ("Qwer Tyui", "Asdf Ghjk", "Test Test", "Aaaa Bbbb", "Zxcv Bnm", "Foo Bar")
SIGNERS = (
    ("Amina Kamau", "amina", "?source=poster"),
    ("Jonas Berg", "jonas", "?utm_source=newsletter&utm_campaign=spring"),
    ("Sofia Rossi", "sofia", "?utm_source=newsletter&utm_campaign=spring"),
    ("Ines Duarte", "ines", ""),
)


def read(site: Site) -> None:
    """Show the first screen of the campaign that was just published."""
    for size, name in ((None, "head"), (PHONE, "head-on-a-phone")):
        page = site.visitor(size) if size else site.visitor()
        page.goto(f"{site.address}/campaigns/{OURS}/")
        page.reload()  # with the fonts, which a first visit may do without
        take(page, name, height=844 if size else 800)


def sign(site: Site) -> None:
    """Sign for the river and show the thanks; sign the new campaign by links with sources."""
    before = set(MAILS.glob("*.eml"))
    phone = site.visitor(PHONE)
    fill(phone, f"{site.address}/campaigns/{TALVA}/", "Ada Lovelace", "ada")
    for name, mailbox, source in SIGNERS:
        fill(site.visitor(), f"{site.address}/campaigns/{OURS}/{source}", name, mailbox)
    with serve.start("worker", log=LOG):
        links = [link_to(box, before) for box in ("ada", *(box for _, box, _ in SIGNERS))]
    for page, link in ((phone, links[0]), *((site.visitor(), link) for link in links[1:])):
        page.goto(link)
        page.get_by_role("button", name="Confirm my signature").click()
        expect(page.locator(".thanks-number")).to_be_visible()
    take(phone, "thanks", height=844)


def flood(site: Site) -> None:
    """Sign as a spam program does, which fills in the field that people do not see."""
    page = site.visitor()
    page.goto(f"{site.address}/campaigns/{TALVA}/")
    form = page.locator("form.petition-form")
    url = f"{site.address}{form.get_attribute('action')}"
    version = form.locator("[name=version]").input_value()
    for number, name in enumerate(FAKES):
        mailbox = f"{number}.{name.split()[0].lower()}@mail.example"
        sent = {"name": name, "email": mailbox, "country": "KE", "consent": "on"}
        answer = page.request.post(url, form={**sent, "version": version, "aside": "x"})
        if not answer.ok:
            raise Problem(f"A signature was answered with {answer.status}.")


def fill(page: Page, address: str, name: str, mailbox: str) -> None:
    page.goto(address)
    form = page.locator("form.petition-form")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Email", exact=True).fill(f"{mailbox}@example.org")
    form.get_by_label("Country").select_option("KE")
    form.get_by_label("I sign this letter").check()
    form.get_by_role("button").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One click left")


def link_to(mailbox: str, before: set[Path]) -> str:
    """Return the confirmation link in the email to a mailbox. Raise Problem if none arrives."""
    for _ in range(LONGEST):
        for path in set(MAILS.glob("*.eml")) - before:
            mail = email.message_from_bytes(path.read_bytes(), policy=policy)
            text = mail.get_body(("plain",))
            if f"{mailbox}@" in str(mail["To"]) and text:
                return str(re.findall(r"https?://\S+", text.get_content())[0])
        time.sleep(1)
    raise Problem("The email with the link to confirm has not come.")


def count(site: Site) -> None:
    """Show where the signers of the new campaign came from, once the worker has counted them."""
    page = site.staff("manager")
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.get_by_role("link", name="Where signers came from").click()
    found = page.get_by_role("cell", name="newsletter/spring", exact=True)
    for _ in range(ROUNDS):
        with serve.start("worker", log=LOG):  # It starts with the rounds that count.
            time.sleep(6)
        page.reload()
        if found.count():
            break
    expect(found).to_be_visible()
    take(page, "sources", height=880)
