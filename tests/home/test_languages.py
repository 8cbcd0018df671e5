"""The same page in other languages: how readers change it, and what search engines are told."""

import re

import polib
import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale, Page, PageViewRestriction, Site

from campaigns.cms import first_steps
from campaigns.models import CampaignIndexPage, CampaignPage
from campaigns.signatures import tokens
from home.models import HomePage, Navigation
from tests.factories import (
    make_campaign,
    make_home,
    make_petition,
    make_signature,
    make_translated_page,
    make_translation,
)

pytestmark = pytest.mark.django_db


def alternates(response):
    found = re.findall(r'<link rel="alternate" hreflang="(.+?)" href="(.+?)">', text(response))
    return dict(found)


def switcher(response):
    return re.findall(r'<a href="(\S+)" lang="(\w+)" hreflang="\w+" dir="(\w+)"', text(response))


def text(response):
    return response.content.decode()


@pytest.fixture
def campaign():
    """A campaign in English, Russian and Arabic."""
    english = make_campaign()
    for code in ("ru", "ar"):
        petition = make_translation(english.petition, code)
        make_translated_page(english, petition)
    return english


@pytest.fixture
def pashto(settings, tmp_path):
    """A language that Django does not have, added as docs/translating.md says."""
    folder = tmp_path / "ps" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    polib.POFile().save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
    settings.LANGUAGES = [*settings.LANGUAGES, ("ps", "پښتو")]
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    settings.LANGUAGES_BIDI = [*settings.LANGUAGES_BIDI, "ps"]
    get_content_languages.cache_clear()
    yield Locale.objects.create(language_code="ps")
    get_content_languages.cache_clear()


def test_a_language_that_django_does_not_have_is_one_of_the_switch(client, pashto):
    home = make_home()
    copy = home.copy_for_translation(pashto)
    copy.live = True
    copy.save()

    pages = [client.get(path) for path in ("/", "/ps/")]

    assert [page.status_code for page in pages] == [200, 200]
    assert switcher(pages[0]) == [("/", "en", "ltr"), ("/ps/", "ps", "rtl")]
    assert '<html lang="ps" dir="rtl">' in text(pages[1])
    assert "پښتو" in text(pages[1])


def test_a_page_leads_to_its_other_languages(client, campaign):
    path = "/campaigns/keep-the-river-free/"

    response = client.get(f"/ru{path}")

    assert switcher(response) == [
        (path, "en", "ltr"),
        (f"/ru{path}", "ru", "ltr"),
        (f"/ar{path}", "ar", "rtl"),
    ]
    assert alternates(response) == {
        "en": f"http://testserver{path}",
        "ru": f"http://testserver/ru{path}",
        "ar": f"http://testserver/ar{path}",
        "x-default": f"http://testserver{path}",
    }
    # Pages in languages are the same bytes for all.
    arabic = client.get(f"/ar{path}", headers={"Accept-Language": "ru"})
    assert arabic["Vary"] == "Accept-Encoding"
    assert "public" in arabic["Cache-Control"]
    assert not arabic.cookies


def test_each_step_of_a_petition_says_its_language_and_leads_to_itself(client, campaign):
    first = "/petitions/keep-the-river-free/"

    for code, direction in (("en", "ltr"), ("ru", "ltr"), ("ar", "rtl")):
        response = client.get(first if code == "en" else f"/{code}{first}")
        assert f'<html lang="{code}" dir="{direction}">' in text(response)
    for step in ("", "check-your-email/", "thanks/"):
        path, response = f"{first}{step}", client.get(f"{first}{step}")
        assert [url for url, _, _ in switcher(response)] == [path, f"/ru{path}", f"/ar{path}"]
        assert ("x-default" in alternates(response)) == (step == "")
    # The form that was sent leads to the petition.
    response = client.post(f"{first}sign/", {"name": ""})
    assert [url for url, _, _ in switcher(response)] == [first, f"/ru{first}", f"/ar{first}"]


def test_what_the_public_may_not_read_is_no_language(client, campaign):
    CampaignPage.objects.filter(locale__language_code="ar").update(live=False)
    russian = CampaignPage.objects.get(locale__language_code="ru")
    PageViewRestriction.objects.create(page=russian, restriction_type="login")

    response = client.get("/campaigns/keep-the-river-free/")

    assert (switcher(response), alternates(response)) == ([], {})


def test_pages_of_one_signer_stay_in_the_signers_language(client, campaign):
    petition = campaign.petition
    signature = make_signature(petition, language="ar")

    response = client.get(f"/signatures/manage/{tokens.make('manage', signature.pk)}/")

    assert '<html lang="ar" dir="rtl">' in text(response)
    assert (switcher(response), alternates(response)) == ([], {})


def test_search_leads_to_the_front_pages_and_navigation_to_pages_in_its_language(client, campaign):
    assert switcher(client.get("/search/")) == [
        ("/", "en", "ltr"),
        ("/ru/", "ru", "ltr"),
        ("/ar/", "ar", "rtl"),
    ]
    link = ("link", {"page": campaign, "label": "Река"})
    Navigation.objects.create(locale=Locale.objects.get(language_code="ru"), main=[link])
    response = client.get("/ru/")
    assert '<a href="/ru/campaigns/keep-the-river-free/">Река</a>' in text(response)


def test_a_site_in_one_language_shows_no_choice(client):
    make_campaign(make_petition())

    assert "languages" not in text(client.get("/campaigns/keep-the-river-free/"))
    assert Page.objects.filter(locale__language_code="ru").count() == 0
    assert HomePage.objects.count() == 1


def test_addresses_begin_with_the_code_of_every_language_but_the_first(campaign):
    pages = CampaignPage.objects.filter(translation_key=campaign.translation_key)

    found = {page.locale.language_code: page.url for page in pages}

    path = campaign.url
    assert found == {"en": path, "ru": f"/ru{path}", "ar": f"/ar{path}"}


def test_a_site_without_english_leads_to_its_own_language(client):
    """As the guide says: the English pages are unpublished, and the root leads to the others."""
    home = make_home()
    pages = [home, home.add_child(instance=CampaignIndexPage(title="Campaigns", slug="campaigns"))]
    german, _ = Locale.objects.get_or_create(language_code="de")
    for page in pages:
        copy = page.copy_for_translation(german)
        copy.live = True
        copy.save()
    for page in reversed(pages):
        page.unpublish()
    Site.objects.update(root_page=home.get_translation(german))
    Redirect.add_redirect("/", redirect_to=home.get_translation(german))

    led, front, gone = (client.get(path) for path in ("/", "/de/", "/de/nichts/"))

    assert (led.status_code, led["Location"]) == (301, "/de/")
    assert (front.status_code, switcher(front)) == (200, [])
    assert 'href="/de/">' in text(gone)
    assert client.get("/de/campaigns/").status_code == 200
    assert first_steps.Site().is_laid_out()
