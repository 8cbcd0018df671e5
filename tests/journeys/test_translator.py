"""A campaign is translated into Russian and Arabic; a visitor signs in Arabic: one count."""

import polib
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Page, expect
from wagtail.models import Locale
from wagtail_localize.models import Translation

from campaigns import caching
from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.counting import counting
from campaigns.models import CampaignPage, Petition
from tests.campaigns.cms.pages.test_approval import act
from tests.campaigns.cms.translations.test_translating import localize
from tests.factories import make_campaign, make_petition, make_signature
from tests.journeys.test_beginning import region
from tests.walking import Person, said

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


def submit(person: Person, campaign: CampaignPage) -> None:
    person.goto(f"/admin/localize/submit/page/{campaign.pk}/")
    person.tick("Russian")
    person.tick("Arabic")
    person.press("Submit", within="main")
    assert "submitted for translation" in said(person.page)


def upload_words(client: Client, copy: CampaignPage | Petition, words: dict[str, str]) -> None:
    """Upload a PO file that was filled in elsewhere, as by translators who work at home."""
    of_it = {"source__object": copy.translation_key, "target_locale": copy.locale}
    translation = Translation.objects.get(**of_it)
    po = polib.pofile(client.get(localize("download_pofile", translation.pk)).content.decode())
    for entry in po:
        entry.msgstr = words[entry.msgid]
    sent = {"file": SimpleUploadedFile("words.po", str(po).encode()), "next": "/admin/account/"}
    answer = client.post(localize("upload_pofile", translation.pk), sent, follow=True)
    assert "Successfully imported" in answer.content.decode()


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
    expect(page.locator("li textarea")).to_have_css("unicode-bidi", "plaintext")
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
    button.click()
    expect(page.locator(".messages .success")).to_contain_text("has been submitted for moderation")
    expect(page.get_by_text("It waits for a moderator.")).to_be_visible()
    expect(button).to_have_count(0)


def approve(client: Client, campaign: CampaignPage) -> None:
    """As from the dashboard, where the page waits."""
    waiting = region(client, "Awaiting your review")
    assert len(waiting.select("tr")) == 2
    answer = act(client, campaign, WITH_PETITION)
    assert answer.status_code == 302


def test_a_campaign_in_three_languages_has_one_count(site, log_in, campaign, links, worker):
    """A moderator approves the Arabic that an editor submits, and publishes the Russian."""
    page = log_in("Editors")
    editor = Client()
    editor.force_login(User.objects.get(username="editors"))
    submit(Person(User.objects.get(username="editors")), campaign)
    arabic, russian = (
        campaign.get_translation(Locale.objects.get(language_code=code)).specific
        for code in ("ar", "ru")
    )
    for copy in (arabic.petition, arabic):
        upload_words(editor, copy, ARABIC)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/admin/pages/{arabic.pk}/edit/")
    expect(page.get_by_role("button", name="Submit for moderation")).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    see_directions(page)
    submit_for_moderation(page)

    page = log_in("Moderators")
    moderator = Client()
    moderator.force_login(User.objects.get(username="moderators"))
    approve(moderator, arabic)
    upload_words(moderator, russian.petition, RUSSIAN)
    page.add_init_script(SLOW)  # for the page that is published next
    page.goto(f"{site}/admin/pages/{russian.pk}/edit/")
    type_words(page, RUSSIAN)
    publish_both(page)

    sign_in_arabic(arabic, links)
    worker()
    cache.clear(), caching.clear()  # as a few seconds later
    visitor = Person()
    for code, words in (("", {}), ("/ru", RUSSIAN), ("/ar", ARABIC)):
        visitor.goto(f"{code}{campaign.url}")
        assert said(visitor.page.select("[data-count]")[0]) == "2"
        title, salutation = (words.get(each, each) for each in (campaign.title, "Dear Minister,"))
        assert visitor.heading == title
        assert salutation in visitor.text


def sign_in_arabic(campaign: CampaignPage, links) -> None:
    form, visitor = "form.petition-form", Person()
    visitor.goto(campaign.get_url())
    visitor.fill("الاسم", "ليلى خالد", within=form)
    visitor.fill("البريد الإلكتروني", "layla@example.org", within=form)
    visitor.tick("أوافق على حفظ توقيعي", within=form)
    visitor.press("", within=form)
    assert visitor.heading == "بقيت خطوة واحدة"
    visitor.goto(next(address for address in links() if "/confirm/" in address))
    assert visitor.page.html["dir"] == "rtl"
    visitor.press("تأكيد توقيعي")
    assert "/ar/petitions/keep-the-river-free/thanks/n2-" in visitor.url
