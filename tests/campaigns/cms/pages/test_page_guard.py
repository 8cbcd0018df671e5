"""No page is published in another language while one of its texts is not translated."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, PageLogEntry

from campaigns.models import ArticlePage
from campaigns.pages import page_guard
from tests.campaigns.cms.translations.test_translating import translate_above
from tests.campaigns.petitions.test_languages import begin, type_words
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db

TABLE = {
    "table": {
        "caption": "Cases",
        "columns": [{"type": "text", "heading": "Law"}, {"type": "figure", "heading": "Cases"}],
        "rows": [{"values": ["Assembly", "212"]}],
    },
    "names_rows": True,
    "source": "",
}


def begin_below(article):
    """The translation of an article, below pages in its language."""
    translate_above(article, Locale.objects.get_or_create(language_code="ru")[0])
    return begin(article, "ru")


@pytest.fixture
def article(db):
    quote = {"text": "It snows.", "attribution": "Ada", "role": "", "source_url": ""}
    story = "<p>First of all.</p><p>And then.</p>"
    block = ArticlePage._meta.get_field("body").stream_block.child_blocks["table"]
    body = [("text", story), ("quote", quote), ("table", block.to_python(TABLE))]
    return make_article(body=body)


@pytest.fixture
def translation(article):
    """A translation of the article with all texts but one paragraph."""
    translation = begin_below(article)
    type_words(translation)
    rows = translation.source.stringsegment_set.filter(string__data="And then.")
    rows.get().string.translations.all().delete()
    return translation


def test_no_way_of_publishing_takes_a_page_that_is_half_translated(
    translation, people, browse, django_capture_on_commit_callbacks
):
    page = translation.get_target_instance()
    client = browse(people.moderator)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    update = reverse("wagtail_localize:update_translations", args=[translation.source_id])

    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, {"action": "publish"})
        client.post(update, {"publish_translations": "on"})
    with pytest.raises(ValidationError):
        page.get_latest_revision().publish()
    schedule(page)

    assert page_guard.missing(page) == ["story"]
    assert not Page.objects.get(pk=page.pk).live
    assert PageLogEntry.objects.filter(page=page, action="page.unscheduled").count() == 1


def schedule(page):
    """Schedule the page as if it had been complete, and publish what is due."""
    due = timezone.now() - timedelta(minutes=1)
    revision = page.save_revision()
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=due)
    call_command("publish_scheduled", verbosity=0)


def test_what_is_translated_is_published_and_then_stays_until_what_is_new_is_translated(
    translation, article, people, browse, django_capture_on_commit_callbacks
):
    type_words(translation)
    page = translation.get_target_instance()
    editor, moderator = browse(people.editor), browse(people.moderator)
    update = reverse("wagtail_localize:update_translations", args=[translation.source_id])

    # An editor publishes nothing by bringing translations up to date.
    assert "publish_translations" not in editor.get(update).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(update, {"publish_translations": "on"})
    assert not translation.get_target_instance().live

    with django_capture_on_commit_callbacks(execute=True):
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
        moderator.post(edit, {"action": "publish"})
    page = translation.get_target_instance()
    table = page.body[2].value["table"]
    assert (page.live, page.title) == (True, "[ru] Snow in January")
    assert (table.caption, table.columns[0]["heading"]) == ("[ru] Cases", "[ru] Law")
    assert table.row_data[0]["values"] == ["[ru] Assembly", "212"]

    article.title = "Snow in February"
    article.save_revision().publish()
    with django_capture_on_commit_callbacks(execute=True):
        moderator.post(update, {"publish_translations": "on"})
    assert translation.get_target_instance().title == "[ru] Snow in January"


def test_pictures_are_published_with_their_translated_alternative_texts(
    db, people, browse, django_capture_on_commit_callbacks
):
    def pictured(alt: str) -> dict:
        return {"image": make_image().pk, "alt_text": alt, "decorative": False}

    blocks = ArticlePage._meta.get_field("body").stream_block.child_blocks
    captioned = {"image": pictured("A dry pool."), "caption": "The pool.", "size": "text"}
    pictures = [{"image": pictured(f"Gate {number}."), "caption": ""} for number in "AB"]
    gallery = {"images": pictures, "caption": "Gates.", "size": "text", "shape": "square"}
    article = make_article(
        body=[
            ("image", blocks["image"].to_python(captioned)),
            ("gallery", blocks["gallery"].to_python(gallery)),
        ]
    )
    translation = begin_below(article)
    type_words(translation)
    page = translation.get_target_instance()

    with django_capture_on_commit_callbacks(execute=True):
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
        browse(people.moderator).post(edit, {"action": "publish"})

    page = translation.get_target_instance()
    first, second = page.body
    assert page.live
    assert first.value["image"].contextual_alt_text == "[ru] A dry pool."
    assert [each["image"].contextual_alt_text for each in second.value["images"]] == [
        *("[ru] Gate A.", "[ru] Gate B."),
    ]


def test_a_page_that_was_written_by_hand_is_compared_with_its_original(article):
    translation = begin_below(article)
    page = translation.get_target_instance()
    translation.delete()

    page.title, page.listing_summary = "Снег в январе", article.listing_summary
    page.body = [("text", "<p>Снег.</p>")]

    assert page_guard.untranslated(page) == ["summary"]


def test_numbers_and_names_may_stay_as_they_are():
    said = {"text": "We go on until they listen.", "attribution": "Ada Lovelace", "role": ""}
    english = make_article(body=[("heading", "1984"), ("quote", said)])
    russian = english.copy_for_translation(
        Locale.objects.get_or_create(language_code="ru")[0], copy_parents=True
    )
    russian.title, russian.listing_summary = "Снег", "Борьба"

    assert page_guard.untranslated(russian) == ["story"]
    russian.body[1].value["text"] = "Мы продолжаем."
    assert page_guard.untranslated(russian) == []
