"""Topics in the CMS: who may add them, and which are offered."""

import pytest
from django.urls import reverse

from campaigns.models import CampaignPage, Topic
from tests.factories import make_campaign, make_topic, make_translation

pytestmark = pytest.mark.django_db


def add(client, **fields):
    return client.post(reverse("wagtailsnippets_campaigns_topic:add"), fields)


def offered(user, page: CampaignPage) -> list[str] | None:
    form = page.get_edit_handler().get_form_class()(instance=page, for_user=user)
    field = form.fields.get("topics")
    return field and [label for _, label in field.choices]


def test_a_moderator_adds_a_topic_and_deletes_it(people, browse):
    add(browse(people.moderator), title="Rivers", slug="")
    topic = Topic.objects.get()

    browse(people.moderator).post(
        reverse("wagtailsnippets_campaigns_topic:delete", args=[topic.pk])
    )

    assert (topic.title, topic.slug) == ("Rivers", "rivers")
    assert not Topic.objects.exists()


def test_whoever_may_not_publish_makes_no_topics(people, browse):
    for user in (people.editor, people.river_manager):
        add(browse(user), title="Rivers", slug="")

        assert not Topic.objects.exists(), user


def test_an_address_that_is_taken_is_an_error_of_the_field(admin_client):
    make_topic()

    response = add(admin_client, title="Other rivers", slug="rivers")

    assert response.context["form"].errors == {"slug": ["Another topic has this web address."]}


def test_a_page_is_offered_the_topics_of_its_language_and_a_translation_none(admin_user):
    for title, locale in (("Woods", "en"), ("Rivers", "en"), ("Реки", "ru")):
        make_topic(title, locale=locale)
    page = make_campaign()
    petition = make_translation(page.petition, "ru")
    translation = page.copy_for_translation(petition.locale, copy_parents=True)

    assert offered(admin_user, page) == ["Rivers", "Woods"]
    assert offered(admin_user, translation) is None
