"""A link shows an outsider the newest draft: read-only, for some days, and to nobody else."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import GroupCollectionPermission, Locale
from wagtail.rich_text import RichText
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from campaigns.pages import preview_links
from campaigns.pages.preview_links import PreviewLink
from config.logs import Formatter
from tests.campaigns.cms.conftest import make_user
from tests.factories import (
    make_article,
    make_campaign,
    make_petition,
    make_translated_page,
    make_translation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    """A page whose newest draft differs from what is public."""
    petition = make_petition(title="River", salutation="Dear Mayor,")
    page = make_campaign(petition, title="The river")
    page.title = "A title that nobody knows yet"
    page.save_revision()
    petition.opening = "Words that nobody has read."
    petition.save_revision()
    return page


@pytest.fixture
def screen(page):
    return reverse("preview_links", args=[page.pk])


def path_of(client, screen):
    answer = client.post(screen, {"do": "make", "days": "7"})
    url = answer.context["view"].new_url
    return url[url.index("/drafts/") :]


def test_an_outsider_reads_the_newest_draft_of_page_and_petition(client, page, screen):
    client.force_login(make_user("editor", "Editors"))
    path = path_of(client, screen)
    client.logout()

    shown = client.get(path)
    public = client.get(page.url).content.decode()

    text = shown.content.decode()
    assert shown.status_code == 200
    for words in ("A title that nobody knows yet", "Words that nobody has read."):
        assert words in text
        assert words not in public
    assert "data-check" not in text
    assert shown["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert shown["Cache-Control"] == "private, no-store"
    assert shown["Referrer-Policy"] == "no-referrer"
    assert client.post(path).status_code == 405


def test_an_outsider_reads_what_the_translator_of_a_page_has_typed(client):
    page, french = make_article(title="Snow"), Locale.objects.create(language_code="fr")
    translate_object(page, [french])
    translation = Translation.objects.get(source__object=page.translation_key)
    title = translation.source.stringsegment_set.get(context__path="title")
    StringTranslation.objects.create(
        translation_of=title.string, context=title.context, locale=french, data="De la neige"
    )
    token = preview_links.make(
        translation.get_target_instance(), days=1, by=make_user("editor", "Editors")
    )

    text = client.get(f"/drafts/{token}/").content.decode()

    assert [words in text for words in ("De la neige", "Snow")] == [True, False]


def test_an_outsider_opens_the_documents_of_the_draft_while_the_link_is_valid(client):
    report, names, other = (
        Document.objects.create(title=title, file=ContentFile(b"%PDF-1", name=f"{title}.pdf"))
        for title in ("Report", "Names", "Other")
    )
    text = RichText(f'<p><a linktype="document" id="{names.pk}">Names</a></p>')
    page = make_article(live=False, body=[("document", {"document": report}), ("text", text)])
    token = preview_links.make(page, days=1, by=make_user("editor", "Editors"))

    draft = BeautifulSoup(client.get(f"/drafts/{token}/").content, "html.parser")
    urls = [link["href"] for link in draft.select("main a[href^='/documents/']")]
    found = {"valid": [client.get(url).status_code for url in urls]}
    found["another"] = [client.get(urls[0].replace(report.url, other.url)).status_code]
    found["plain"] = [client.get(report.url).status_code]
    PreviewLink.objects.all().delete()
    found["withdrawn"] = [client.get(url).status_code for url in urls]

    assert found == {"valid": [200, 200], "another": [404], "plain": [404], "withdrawn": [404, 404]}
    assert token not in "".join(urls)


def test_it_ends_by_itself_and_by_being_withdrawn(client, screen):
    client.force_login(make_user("editor", "Editors"))
    first = path_of(client, screen)
    PreviewLink.objects.update(made_at=timezone.now() - timedelta(minutes=1))
    second = path_of(client, screen)
    newest, oldest = PreviewLink.objects.order_by("-pk")

    client.post(screen, {"do": newest.pk})
    PreviewLink.objects.filter(pk=oldest.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    client.logout()

    answers = [client.get(path) for path in (first, second, "/drafts/unknown/")]
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert "This draft is no longer shown" in answers[0].content.decode()


def test_it_ends_with_the_account_of_whoever_made_it(client, page, screen):
    editor = make_user("editor", "Editors")
    client.force_login(editor)
    path = path_of(client, screen)
    editor.is_active = False
    editor.save()

    answer = client.get(path)
    client.force_login(make_user("moderator", "Moderators"))

    assert answer.status_code == 410
    assert list(client.get(screen).context["view"].links) == []


def test_it_shows_what_whoever_made_it_may_still_see(client, page, screen):
    """Who leaves a team, and keeps the account, keeps no way to the drafts of the team."""
    editor = make_user("editor", "Editors")
    client.force_login(editor)
    path = path_of(client, screen)
    client.logout()
    texts = ("A title that nobody knows yet", "Words that nobody has read.")
    rights = GroupCollectionPermission.objects.filter(group__name="Editors")

    rights.filter(permission__content_type__model="petition").delete()
    shown = client.get(path).content.decode()
    editor.groups.clear()

    assert [text in shown for text in texts] == [True, False]
    assert client.get(path).status_code == 410


def test_of_a_button_that_is_pressed_twice_only_the_link_that_is_shown_works(client, screen):
    client.force_login(make_user("editor", "Editors"))
    unseen, shown = path_of(client, screen), path_of(client, screen)

    assert [client.get(path).status_code for path in (unseen, shown)] == [410, 200]


def test_only_a_hash_is_stored_and_no_log_has_the_link(client, page):
    token = preview_links.make(page, days=1, by=make_user("editor", "Editors"))
    record = logging.LogRecord("django", logging.INFO, "", 1, f"GET /drafts/{token}/", (), None)

    [link] = PreviewLink.objects.values()
    assert token not in str(link)
    assert Formatter("%(message)s").format(record) == "GET /drafts/*/"


def test_only_those_who_may_edit_the_page_make_or_withdraw_links(client, page, screen):
    token = preview_links.make(page, days=1, by=make_user("editor", "Editors"))
    client.force_login(make_user("manager", "Campaign managers"))

    answers = [client.get(screen), client.post(screen, {"do": PreviewLink.objects.get().pk})]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert client.get(f"/drafts/{token}/").status_code == 200


def test_a_link_is_withdrawn_together_with_its_entry_in_history(page, monkeypatch):
    editor = make_user("editor", "Editors")
    preview_links.make(page, days=1, by=editor)
    monkeypatch.setattr(preview_links, "log", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        preview_links.withdraw(PreviewLink.objects.get(), by=editor)

    assert PreviewLink.objects.exists()


def test_an_outsider_cannot_sign_there_and_the_button_says_why(client, page, screen):
    client.force_login(make_user("editor", "Editors"))
    path = path_of(client, screen)
    client.logout()

    text = client.get(path).content.decode()

    draft = BeautifulSoup(text, "html.parser")
    button = draft.select_one("form.petition-form > .button")
    reason = draft.find(id=button.get("aria-describedby"))
    assert button.has_attr("disabled")
    assert reason.text == "Nobody can sign here, because this is a draft."
    assert page.petition.url_path("sign") not in text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "This is a draft. Nobody can sign here. This link works until 5 December 2026, "),
        ("fr", "Ceci est un brouillon. Personne ne peut signer ici. Ce lien fonctionne jusqu’au"),
    ],
)
def test_it_says_in_the_language_of_the_page_that_it_is_a_draft(client, page, language, says):
    if language != "en":
        page = make_translated_page(page, make_translation(page.petition, language))
    token = preview_links.make(page, days=7, by=make_user("editor", "Editors"))
    PreviewLink.objects.update(ends_at=datetime(2126, 12, 5, 12, tzinfo=UTC))

    draft = BeautifulSoup(client.get(f"/drafts/{token}/").content, "html.parser")
    public = client.get(page.url).content.decode()

    title, *_rest = says.partition(".")
    bar = " ".join(draft.select_one(".draft-bar").text.split())
    assert bar.startswith(says.replace("2026", "2126"))
    assert draft.title.text.strip().startswith(f"{title} · ")
    assert [draft.html["lang"], title in public] == [language, False]


def test_no_link_of_a_draft_that_is_not_public_leads_to_what_is_not_there(client):
    page = make_campaign(make_petition(live=False), live=False, body=[("share", {})])
    happened = {"day": date(2026, 11, 1), "heading": "A plan", "text": "<p>It is out.</p>"}
    page.updates = [("update", happened)]
    page.save_revision()
    token = preview_links.make(page, days=1, by=make_user("editor", "Editors"))

    draft = BeautifulSoup(client.get(f"/drafts/{token}/").content, "html.parser")

    urls = [link["href"].partition("#")[0] for link in draft.select("main a[href]")]
    assert [url for url in urls if url and client.get(url).status_code != 200] == []
    assert "A plan" in draft.text
    assert draft.select(".share") == []
