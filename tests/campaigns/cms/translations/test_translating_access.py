"""Who may translate what: a translator never reaches the petitions of another team."""

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation

from campaigns.models import Petition
from tests.campaigns.cms.translations.test_translating import (
    begin,
    edit_url,
    localize,
    said,
    submit_url,
    translate_above,
)
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_a_strangers_petition_is_nowhere(teams, translator, russian, browse):
    translation = begin(teams.theirs, russian)
    segment = translation.source.stringsegment_set.first()
    client = browse(translator)
    urls = [
        submit_url(teams.theirs),
        edit_url(translation.get_target_instance()),
        localize("update_translations", translation.source.pk),
        localize("edit_string_translation", translation.pk, segment.pk),
        localize("edit_override", translation.pk, 1),
        localize("download_pofile", translation.pk),
        localize("upload_pofile", translation.pk),
        localize("machine_translate", translation.pk),
        localize("preview_translation", translation.pk),
        localize("stop_translation", translation.pk),
        localize("snippets_api_detail", "campaigns", "petition", teams.theirs.pk),
    ]

    for method in ("get", "post", "put", "delete"):
        answers = {url: getattr(client, method)(url).status_code for url in urls}
        # The API of snippets supports only GET.
        assert set(answers.values()) <= ({404} if method == "get" else {404, 405}), method
    assert StringTranslation.objects.count() == 0


def test_a_language_that_is_no_number_or_no_key_is_refused(teams, translator, russian, browse):
    client = browse(translator)

    for locale in ("x", "²", "-1", "9" * 5000):
        answer = client.post(submit_url(teams.ours), {"locales": [locale]})
        assert answer.status_code == 200
    assert not Translation.objects.exists()


def test_whoever_only_sees_a_petition_does_not_translate_it(
    teams, russian_petition, people, browse
):
    translation = russian_petition
    client = browse(people.river_manager)

    for url in (submit_url(teams.ours), localize("download_pofile", translation.pk)):
        assert client.get(url).status_code == 302
    segment = translation.source.stringsegment_set.first()
    client.put(localize("edit_string_translation", translation.pk, segment.pk), "value=x")
    assert StringTranslation.objects.count() == 0


def test_lists_show_what_somebody_may_work_on(
    teams, russian_petition, translator, people, russian, browse
):
    begin(teams.theirs, russian)

    shown = {}
    for user in (translator, people.administrator):
        client = browse(user)
        report = client.get(localize("translations_report")).content.decode()
        names = client.get(localize("snippets_api_listing", "campaigns", "petition")).content
        shown[user.username] = (
            "Spare the forest" in report,
            "Free the river" in report,
            "Spare the forest" in names.decode(),
        )

    assert shown == {"tatiana": (False, True, False), "admin": (True, True, True)}


def test_a_page_with_a_strangers_petition_waits_for_it(teams, translator, russian, browse):
    block = ("petition", {"petition": teams.theirs})
    article = make_article(body=[block])
    translate_above(article, russian)
    url = localize("submit_page_translation", article.pk)
    client = browse(translator)

    response = client.post(url, {"locales": [russian.pk]})
    refused = not Petition.objects.filter(locale=russian).exists()
    begin(teams.theirs, russian)
    client.post(url, {"locales": [russian.pk]})

    assert any("of another team" in text for text in said(response))
    assert refused
    assert article.get_translations().filter(locale=russian).exists()


def test_a_page_waits_for_the_page_above_it(translator, russian, browse):
    """Wagtail would make that page itself, public and in the original language."""
    article = make_article()
    news = article.get_parent()
    begin(news.get_parent().specific, russian)
    url = localize("submit_page_translation", article.pk)
    client = browse(translator)

    response = client.post(url, {"locales": [russian.pk]})
    made = Page.objects.filter(locale=russian).count()
    begin(news.specific, russian)
    client.post(url, {"locales": [russian.pk]})

    assert said(response) == [
        "Translate the page above it first: “News” has no page in Russian yet."
    ]
    assert made == 1
    assert article.get_translations().filter(locale=russian).exists()
    assert not Page.objects.filter(locale=russian, live=True).exists()


def test_a_stranger_to_the_cms_is_sent_to_the_login(client, russian):
    answer = client.get(localize("translations_report"))

    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")


def test_who_translates_is_a_right_of_a_group(teams, people, russian, browse):
    rights = {
        name: Group.objects.get(name=name)
        .permissions.filter(codename="submit_translation")
        .exists()
        for name in ("Editors", "Moderators", "Campaign managers")
    }

    assert rights == {"Editors": True, "Moderators": True, "Campaign managers": False}
    assert (
        "Translate"
        in browse(people.editor)
        .get(reverse("wagtailsnippets_campaigns_petition:list"))
        .content.decode()
    )


def test_a_database_that_is_away_is_told_as_everywhere(
    russian_petition, translator, browse, monkeypatch
):
    translation = russian_petition
    client = browse(translator)

    def away(*args: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("campaigns.cms.translations.translating.may_change", away)
    response = client.get(localize("download_pofile", translation.pk))

    assert (response.status_code, response["Retry-After"]) == (503, "10")
