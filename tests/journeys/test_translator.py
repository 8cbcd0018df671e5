"""A campaign is translated into Russian and Arabic; a visitor signs in Arabic: one count."""

import re
from pathlib import Path

import polib
import pytest
from playwright.sync_api import Browser, Page, expect
from wagtail.models import Locale

from campaigns.counting import counting
from campaigns.models import CampaignPage
from tests.factories import make_campaign, make_petition, make_signature

RUSSIAN = {
    "Keep the river free": "Река должна остаться свободной",
    "Call on the minister to stop the dam.": "Призовите министра остановить плотину.",
    "Dear Minister,": "Господин министр!",
    "The river is the last one that runs free.": "Это последняя свободная река.",
    "stop the dam": "остановить плотину",
    "protect the valley": "защитить долину",
    "Let it run.": "Пусть она течёт.",
    "I agree that my signature is stored and handed over.": "Согласие: подпись хранится.",
    "The last free river.": "Последняя свободная река.",
}
ARABIC = {
    "Keep the river free": "ليبقَ النهر حرًّا",
    "Call on the minister to stop the dam.": "ندعو الوزير إلى وقف السد.",
    "Dear Minister,": "السيد الوزير،",
    "The river is the last one that runs free.": "هذا آخر نهر يجري حرًّا.",
    "stop the dam": "وقف السد",
    "protect the valley": "حماية الوادي",
    "Let it run.": "دعوه يجري.",
    "I agree that my signature is stored and handed over.": "أوافق على حفظ توقيعي وتسليمه.",
    "The last free river.": "آخر نهر حر.",
}

# Sentences are still being saved when the translator publishes.
SLOW = """
const send = window.fetch;
window.fetch = async (url, options) => {
  if (options?.method === "PUT") await new Promise((go) => setTimeout(go, 700));
  return send(url, options);
};
"""


@pytest.fixture
def campaign(site):
    """An English campaign with one signature, whose parent pages exist in both languages."""
    petition = make_petition(goal=10)
    make_signature(petition)
    counting.recount()
    page = make_campaign(petition)
    for code in ("ru", "ar"):
        locale = Locale.objects.create(language_code=code)
        for parent in (page.get_parent().get_parent(), page.get_parent()):
            copy = parent.specific.copy_for_translation(locale)
            copy.live = True
            copy.save()
    return page


def submit(page: Page, site: str, campaign) -> None:
    page.goto(f"{site}/admin/localize/submit/page/{campaign.pk}/")
    page.get_by_label("Russian").check()
    page.get_by_label("Arabic").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("submitted for translation")).to_be_visible()


def type_words(page: Page, words: dict[str, str]) -> None:
    """Type each sentence beside its original in the translation editor, tab by tab."""
    expect(page.get_by_role("heading", name="English to Russian translation").first).to_be_visible()
    tabs = page.locator(".w-tabs [role=tab]")
    for number in range(max(1, tabs.count())):
        if tabs.count():
            tabs.nth(number).click()
        waiting = page.locator("li.incomplete").filter(visible=True)
        for left in range(waiting.count(), 0, -1):
            segment = waiting.first
            english = segment.locator("p").first.inner_text()
            segment.get_by_role("button", name="Translate").click()
            page.locator("li textarea").fill(words[english])
            page.get_by_role("button", name="Save", exact=True).click()
            expect(waiting).to_have_count(left - 1)


def upload_words(page: Page, words: dict[str, str], folder: Path) -> None:
    """Upload a PO file that was filled in elsewhere, as by translators who work at home."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PO file").click()
    path = folder / "words.po"
    download.value.save_as(path)
    po = polib.pofile(path)
    for entry in po:
        entry.msgstr = words[entry.msgid]
    po.save()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload PO file").click()
    chooser.value.set_files(path)
    expect(page.get_by_text("Successfully imported")).to_be_visible()


def see_directions(page: Page) -> None:
    """Each text has its language and direction, wherever it is read or typed."""
    english, arabic = ("en", "ltr"), ("ar", "rtl")
    sentence = page.locator("li.complete").filter(visible=True).first
    for text, (language, direction) in (
        (sentence.locator("> p"), english),
        (sentence.locator("> div > p"), arabic),
    ):
        expect(text).to_have_attribute("lang", language)
        expect(text).to_have_attribute("dir", direction)
    sentence.get_by_role("button", name="Edit").click()
    expect(page.locator("li textarea")).to_have_attribute("lang", "ar")
    expect(page.locator("li textarea")).to_have_attribute("dir", "rtl")
    sentence.get_by_role("button", name="Cancel").click()
    expect(sentence.locator("> div > p:not(.help)")).to_have_attribute("dir", "rtl")


def publish_both(page: Page) -> None:
    # Pressed twice, which asks once.
    with page.expect_request(lambda sent: "&opened_with=" in (sent.post_data or "")):
        page.get_by_role("button", name="Publish in Russian").dblclick()
    page.get_by_role("button", name="Publish both").click()
    expect(page.get_by_text("and its petition have been published")).to_be_visible()


def submit_for_moderation(page: Page) -> None:
    button = page.get_by_role("button", name="Submit for moderation")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(button).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    button.click()
    expect(page.locator(".messages .success")).to_contain_text("has been submitted for moderation")
    expect(page.get_by_text("It waits for a moderator.")).to_be_visible()
    expect(button).to_have_count(0)


def approve(page: Page) -> None:
    waiting = page.get_by_role("region", name="Awaiting your review")
    expect(waiting.get_by_role("row")).to_have_count(2)
    waiting.get_by_role("button", name="Actions").click()
    page.get_by_role("button", name="Approve the page and publish its petition").click()
    expect(page.locator(".messages .success")).to_contain_text("approved and published")


def test_a_campaign_in_three_languages_has_one_count(
    site, log_in, campaign, browser, links, worker, tmp_path
):
    """A moderator approves the Arabic that an editor submits, and publishes the Russian."""
    page = log_in("Editors")
    submit(page, site, campaign)
    for address in addresses(site, campaign, "ar"):
        page.goto(address)
        upload_words(page, ARABIC, tmp_path)
        see_directions(page)
    submit_for_moderation(page)

    page = log_in("Moderators", path="/admin/")
    approve(page)
    for address in addresses(site, campaign, "ru"):
        page.goto(address)
        page.add_init_script(SLOW)  # for the next page, which is published
        type_words(page, RUSSIAN)
    publish_both(page)

    sign_in_arabic(browser, f"{site}/ar{campaign.url}", links)
    worker()
    page.context.clear_cookies()  # as visitors see it, without Wagtail's bar for staff
    for code, words in (("", {}), ("/ru", RUSSIAN), ("/ar", ARABIC)):
        page.goto(f"{site}{code}{campaign.url}")
        expect(page.locator("[data-count]").first).to_have_text("2")
        title, salutation = (words.get(each, each) for each in (campaign.title, "Dear Minister,"))
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.locator("main")).to_contain_text(salutation)


def addresses(site: str, campaign: CampaignPage, code: str) -> tuple[str, str]:
    """Where the petition and then the page are translated."""
    copy = campaign.get_translation(Locale.objects.get(language_code=code)).specific
    return (
        f"{site}/admin/snippets/campaigns/petition/edit/{copy.petition_id}/",
        f"{site}/admin/pages/{copy.pk}/edit/",
    )


def sign_in_arabic(browser: Browser, address: str, links) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(10_000)
    phone = context.new_page()
    phone.goto(address)
    assert phone.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    form = phone.locator("form.petition-form")
    form.get_by_label("الاسم", exact=True).fill("ليلى خالد")
    form.get_by_label("البريد الإلكتروني", exact=True).fill("layla@example.org")
    form.get_by_label("أوافق على حفظ توقيعي").check()
    form.get_by_role("button").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("بقيت خطوة واحدة")
    confirm = next(address for address in links() if "/confirm/" in address)
    phone.goto(confirm)
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    phone.get_by_role("button", name="تأكيد توقيعي").click()
    expect(phone).to_have_url(re.compile(r"/ar/petitions/keep-the-river-free/thanks/n2-"))
    context.close()
