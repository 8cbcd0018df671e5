"""No translation of a petition is published while one of its texts is missing."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail_localize.models import StringTranslation

from campaigns.models import Petition, Version
from campaigns.petitions import publishing
from campaigns.petitions.translation_guard import Untranslated, untranslated
from tests.campaigns.petitions.test_languages import begin, type_words
from tests.factories import make_petition, make_translation

pytestmark = pytest.mark.django_db


def test_what_nobody_has_translated_is_not_published(publish):
    english = make_petition(thanks_text="Thank you!", closed_notice="Over.")
    translation = begin(english, "ru")
    type_words(translation, but=("opening", "demands", "thanks_text"))

    with pytest.raises(Untranslated) as refused:
        publish(translation)

    assert set(refused.value.error_dict) == {"opening", "demands", "thanks_text"}
    russian = translation.get_target_instance()
    assert (russian.live, russian.live_revision) == (False, None)
    assert publishing.missing(russian) == ["opening", "demands", "text: thanks"]
    assert Version.objects.filter(locale__language_code="ru").count() == 0


def test_what_is_meant_to_be_the_same_is_translated(publish):
    english = make_petition()
    translation = begin(english, "ru")
    type_words(translation)
    typed = StringTranslation.objects.get(context__path="close")
    typed.data = typed.translation_of.data
    typed.save()

    publish(translation)

    assert translation.get_target_instance().live


def test_an_empty_word_is_missing_where_the_original_has_one():
    english = make_petition()
    russian = make_translation(english, "ru", live=False, close="", demands=[("demand", "одно")])

    assert untranslated(russian) == ["demands", "close"]
    with pytest.raises(Untranslated):
        russian.get_latest_revision().publish()


def test_the_original_lacks_nothing():
    english = make_petition()
    make_translation(english, "ru")

    assert untranslated(english) == []


def test_a_scheduled_language_without_its_words_stays_and_others_go_live():
    english = make_petition()
    russian = make_translation(english, "ru", live=False)
    other = make_petition(title="Another", live=False)
    moment = timezone.now() + timedelta(minutes=5)
    for petition in (russian, other):
        petition.go_live_at = moment
        petition.save_revision().publish()
    for revision in (russian.latest_revision, other.latest_revision):
        revision.refresh_from_db()
        type(revision).objects.filter(pk=revision.pk).update(
            approved_go_live_at=timezone.now() - timedelta(minutes=1),
            content=revision.content | {"go_live_at": None},
        )
    Petition.objects.filter(pk=english.pk).update(thanks_text="New words.")

    call_command("publish_scheduled", verbosity=0)

    assert not Petition.objects.get(pk=russian.pk).live
    assert Petition.objects.get(pk=other.pk).live
    entry = ModelLogEntry.objects.get(action="petition.unscheduled")
    assert entry.object_id == str(russian.pk)


def test_typed_texts_are_compared_as_text(publish):
    english = make_petition(close="Let it run & sing.\nAlways.")
    translation = begin(english, "ru")
    type_words(translation)
    for typed in StringTranslation.objects.filter(context__path="close"):
        typed.data = typed.translation_of.data
        typed.save()

    publish(translation)

    assert translation.get_target_instance().close == english.close
