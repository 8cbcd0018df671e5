"""A language is deleted once nothing is written in it, and until then the CMS says what is."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from campaigns.models import Version
from tests.campaigns.cms.translations.test_translating import begin, edit_url, said, type_words
from tests.factories import make_appeal, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def delete(people, russian, browse):
    client = browse(people.administrator)
    url = reverse("wagtaillocales:delete", args=[russian.pk])
    return lambda: (client.get(url), client.post(url, follow=True))


def test_the_appeals_of_a_language_are_named(delete, russian):
    make_appeal(title="Напишите", slug="napishite", language=russian)
    reason = (
        "This language cannot be deleted, because appeals are written in it. Delete them or give "
        "them another language first: Напишите."
    )

    asked, done = delete()

    assert reason in asked.content.decode()
    assert said(done) == [reason]
    assert Locale.objects.contains(russian)


def test_a_petition_that_was_published_and_deleted_holds_no_language(
    people, delete, russian, browse, django_capture_on_commit_callbacks
):
    translation = begin(make_petition(), russian)
    petition = translation.get_target_instance()
    client = browse(people.administrator)
    type_words(client, translation)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit_url(petition), {"action": "publish"})
    assert Version.objects.filter(locale=russian).exists()
    client.post(reverse("wagtailsnippets_campaigns_petition:delete", args=[petition.pk]))

    delete()

    assert not Locale.objects.contains(russian)
