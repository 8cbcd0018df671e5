"""Snippets that already exist in another language, and are not translations of each other."""

import pytest
from wagtail.models import Locale
from wagtail_localize.models import Translation

from campaigns.models import DefaultTexts
from home.models import Navigation
from tests.campaigns.cms.translations.test_translating import localize, said, submit_url
from tests.factories import make_petition, make_topic

pytestmark = pytest.mark.django_db


def default_texts(locale):
    return DefaultTexts.objects.create(locale=locale, button="Act now")


def navigation(locale):
    return Navigation.objects.create(locale=locale)


def topic(locale):
    return make_topic("Climate", locale=locale.language_code)


@pytest.mark.parametrize("make", [default_texts, navigation, topic])
def test_what_was_written_by_hand_in_a_language_is_not_made_twice(make, people, russian, browse):
    french = Locale.objects.create(language_code="fr")
    snippet, rival = make(Locale.get_default()), make(russian)
    meta = snippet._meta
    url = localize("submit_snippet_translation", meta.app_label, meta.model_name, snippet.pk)
    client = browse(people.administrator)

    refused = client.post(url, {"locales": [russian.pk, french.pk]})
    languages_then = Translation.objects.count()
    client.post(url, {"locales": [french.pk]})

    assert said(refused) == [
        f"Nothing was sent to be translated. In Russian there is “{rival}” already, which is not "
        "a translation of this. Edit it there, or delete it and press “Translate” again, or "
        "leave that language out."
    ]
    assert languages_then == 0
    assert [each.locale for each in snippet.get_translations()] == [french]


def test_topics_with_other_addresses_are_no_obstacle(people, russian, browse):
    climate = make_topic("Climate")
    make_topic("Вода", locale="ru")
    url = localize("submit_snippet_translation", "campaigns", "topic", climate.pk)

    browse(people.administrator).post(url, {"locales": [russian.pk]})

    assert climate.has_translation(russian)


def test_a_petition_with_the_same_address_is_no_obstacle(teams, translator, russian, browse):
    make_petition(slug=teams.ours.slug, locale="ru")

    browse(translator).post(submit_url(teams.ours), {"locales": [russian.pk]})

    assert teams.ours.has_translation(russian)
