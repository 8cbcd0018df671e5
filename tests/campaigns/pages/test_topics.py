"""Topics: chosen on the original, shown in every language, as drafts and copies have them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from campaigns.models import CampaignPage, Topic
from tests.factories import (
    make_article,
    make_campaign,
    make_home,
    make_petition,
    make_topic,
    make_translation,
)

pytestmark = pytest.mark.django_db

LINK = '<a href="/search/?topic=rivers">Rivers</a>'


def in_russian(topic: Topic, title: str) -> Topic:
    key = topic.translation_key
    return make_topic(title, locale="ru", slug=topic.slug, translation_key=key)


def translated(page: CampaignPage) -> CampaignPage:
    """The page and its petition in Russian, published."""
    petition = make_translation(page.petition, "ru")
    for each in (page.get_parent().get_parent(), page.get_parent(), page):
        translate_object(each.specific, [petition.locale])
    page = CampaignPage.objects.get(locale=petition.locale)
    page.petition = petition
    page.title, page.listing_summary = f"[ru] {page.title}", f"[ru] {page.listing_summary}"
    page.save_revision().publish()
    return CampaignPage.objects.get(pk=page.pk)


def titles(page: CampaignPage) -> list[str]:
    return [topic.title for topic in CampaignPage.objects.get(pk=page.pk).shown_topics]


def test_pages_and_cards_lead_to_what_else_there_is_on_a_topic(client):
    topic = make_topic()
    make_home()
    campaign = make_campaign(topics=[topic])
    make_campaign(make_petition(title="Featured"), title="Featured")
    article = make_article(topics=[topic])

    counts = {
        address: client.get(address).content.decode().count(LINK)
        for address in (campaign.url, "/campaigns/", article.url, "/news/", "/")
    }

    assert counts == {campaign.url: 1, "/campaigns/": 1, article.url: 1, "/news/": 1, "/": 2}


def test_lists_take_as_many_queries_for_three_topics_as_for_one(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/campaigns/").status_code == 200
        return len(found)

    make_campaign(topics=[make_topic()])
    queries()
    one = queries()
    make_campaign(make_petition(title="B"), title="B", topics=[make_topic("B"), make_topic("C")])

    assert queries() == one


def test_topics_follow_the_draft_and_what_is_published():
    rivers, woods = make_topic("Rivers"), make_topic("Woods")
    page = make_campaign(topics=[rivers])
    first = page.save_revision()

    page.topics = [woods]
    draft = page.save_revision()
    before = titles(page), [topic.title for topic in draft.as_object().shown_topics]
    draft.publish()
    after = titles(page)
    first.publish()

    assert (before, after, titles(page)) == ((["Rivers"], ["Woods"]), ["Woods"], ["Rivers"])


def test_a_preview_shows_the_topics_of_the_draft():
    page = make_campaign()
    page.topics = [make_topic()]

    text = page.save_revision().as_object().make_preview_request().render().content.decode()

    assert LINK in text


def test_a_deleted_topic_is_missing_from_old_versions_and_harms_none():
    topic = make_topic()
    page = make_campaign(topics=[topic])
    revision = page.save_revision()

    topic.delete()
    revision.publish()

    assert titles(page) == []


def test_a_copy_keeps_its_topics():
    page = make_campaign(topics=[make_topic()])

    copy = page.copy(update_attrs={"slug": "copy"})

    assert titles(copy) == ["Rivers"]


def test_a_translation_has_the_topics_of_its_original_in_its_language():
    rivers, woods, towns = (make_topic(title) for title in ("Rivers", "Woods", "Towns"))
    in_russian(rivers, "Реки")
    in_russian(towns, "Города")
    page = make_campaign(topics=[rivers, woods])
    russian = translated(page)

    begun = titles(russian)
    page.topics = [towns]
    page.save()
    changed = titles(russian)
    page.topics = []
    page.save()

    assert (begun, changed, titles(russian)) == (["Реки"], ["Города"], [])


def test_a_topic_that_is_not_translated_yet_is_not_shown_in_that_language():
    oil, river = make_topic("Oil & gas"), make_topic("Rivers")
    page = make_campaign(topics=[oil, river])
    russian = translated(page)
    locale = Locale.objects.get(language_code="ru")

    for topic in (oil, river):
        translate_object(topic, [locale])
    steps = [titles(russian)]
    for topic, text in ((oil, "Oil &amp; gas"), (river, "Реки")):
        translation = Translation.objects.get(source__object=topic.translation_key)
        segment = translation.source.stringsegment_set.get()
        StringTranslation.objects.create(
            translation_of=segment.string, context=segment.context, locale=locale, data=text
        )
        steps.append(titles(russian))
        translation.save_target()
        steps.append(titles(russian))

    both = ["Oil & gas", "Реки"]
    assert steps == [[], both[:1], both[:1], both[:1], both]


def test_the_page_that_takes_the_place_of_a_deleted_original_has_its_topics(admin_client):
    rivers, woods = (make_topic(title) for title in ("Rivers", "Woods"))
    in_russian(rivers, "Реки")
    page = make_campaign(topics=[rivers, woods])
    russian = translated(page)
    russian.title = "[ru] Draft"
    russian.save_revision()

    admin_client.post(reverse("wagtailadmin_pages:delete", args=[page.get_parent().pk]))
    deleted = titles(russian)
    CampaignPage.objects.get(pk=russian.pk).get_latest_revision().publish()

    assert not CampaignPage.objects.filter(pk=page.pk).exists()
    assert (deleted, titles(russian)) == (["Реки"], ["Реки"])


def test_an_original_is_deleted_together_with_its_translations():
    page = make_campaign(topics=[make_topic()])
    in_russian(page.topics.get(), "Реки")
    translated(page)

    Page.objects.filter(translation_key=page.translation_key).delete()
    connection.check_constraints()

    assert not CampaignPage.objects.exists()


def test_translating_again_leaves_topics_as_they_are():
    topic = make_topic()
    in_russian(topic, "Реки")
    page = make_campaign(topics=[topic])
    russian = translated(page)

    source = Translation.objects.get(source__object=page.translation_key).source
    source.update_from_db()
    source.update_target_view_restrictions(russian.locale)
    source.create_or_update_translation(russian.locale, fallback=True)

    assert titles(russian) == ["Реки"]


def test_the_address_of_a_topic_is_made_of_its_title_and_is_its_own_in_a_language():
    topic = make_topic("Freedom of speech")

    assert topic.slug == "freedom-of-speech"
    assert in_russian(topic, "Свобода слова").slug == "freedom-of-speech"
    with pytest.raises(ValidationError, match="Another topic"):
        make_topic("Freedom of speech!")


def test_no_two_topics_of_a_language_have_one_address():
    make_topic()
    locale = Locale.get_default()

    with pytest.raises(Exception, match="one_topic_an_address"):
        Topic.objects.create(locale=locale, title="Other rivers", slug="rivers")
