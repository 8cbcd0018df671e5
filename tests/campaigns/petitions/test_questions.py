"""The questions of a petition are translated with wagtail-localize, like its other texts."""

import pytest
from django.utils import translation as languages

from campaigns.models import Petition
from campaigns.petitions.translation_guard import Untranslated
from tests.campaigns.petitions.test_languages import begin, type_words
from tests.campaigns.signing.test_questions import JOB, QUESTIONS
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def test_a_translation_without_its_questions_is_not_published(publish):
    translation = begin(make_petition(questions=[JOB]), "ru")
    type_words(translation, but=("questions",))

    with pytest.raises(Untranslated) as refused:
        publish(translation)

    assert set(refused.value.error_dict) == {"questions"}


def test_a_translated_question_is_asked_with_the_boxes_and_choices_of_the_original(publish):
    original = make_petition(questions=QUESTIONS)
    translation = begin(original, "ru")
    type_words(translation)

    publish(translation)

    russian = Petition.objects.get(locale__language_code="ru")
    ours, theirs = original.asked_questions, russian.asked_questions
    assert [each.key for each in theirs] == [each.key for each in ours]
    assert [(each.is_required, each.is_personal) for each in theirs] == [
        (True, True),
        (False, False),
        (False, False),
    ]
    assert [choice.stored for choice in theirs[1].choices] == ["Oak", "Ash"]
    shown = [choice.shown for choice in theirs[1].choices]
    labels = [each.label for each in theirs]
    assert not {*shown, *labels} & {"Oak", "Ash", *(each.label for each in ours)}
    assert russian.version.parts["questions"].startswith(labels[0])


def test_the_version_does_not_depend_on_the_language_of_the_reader():
    petition = make_petition(questions=QUESTIONS)

    with languages.override("de"):
        read_in_german = Petition.objects.get().parts["questions"]

    assert read_in_german == petition.version.parts["questions"]
