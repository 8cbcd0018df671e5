"""A petition: its state, its published texts, its languages."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.models import Collection, Locale

from campaigns.counting import counting
from campaigns.models import DefaultTexts, HasSignatures, Petition, State, Tally, Version
from tests.factories import make_petition, make_signature, make_translation

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


def fresh(petition: Petition) -> Petition:
    return Petition.objects.get(pk=petition.pk)


@pytest.mark.parametrize(
    ("chosen", "tally", "state"),
    [
        ({}, {}, State.OPEN),
        ({"opens_at": NOW + DAY}, {}, State.SCHEDULED),
        ({"opens_at": NOW + DAY}, {"paused_at": NOW}, State.PAUSED),
        ({"closes_at": NOW - DAY}, {"paused_at": NOW}, State.CLOSED),
        ({"closes_at": NOW - DAY}, {"paused_at": NOW, "won_at": NOW}, State.WON),
        ({"opens_at": NOW - DAY, "closes_at": NOW + DAY}, {}, State.OPEN),
    ],
)
def test_the_state_is_the_first_that_applies(chosen, tally, state):
    petition = make_petition(**chosen)
    Tally.objects.update(**tally)

    assert fresh(petition).state == state


def test_a_petition_that_was_never_published_is_a_draft():
    assert make_petition(live=False).state == State.DRAFT


def test_the_second_of_closing_is_closed():
    petition = make_petition(closes_at=NOW)

    states = [petition.state_at(NOW - timedelta(microseconds=1)), petition.state_at(NOW)]

    assert states == [State.OPEN, State.CLOSED]


def test_making_a_petition_makes_its_tally():
    petition = make_petition(live=False)

    tally = Tally.objects.get()
    assert (tally.petition, tally.translation_key) == (petition, petition.translation_key)


def test_publishing_keeps_the_words_that_were_published(django_user_model):
    editor = django_user_model.objects.create_user("editor")
    petition = make_petition(live=False)
    assert not Version.objects.exists()

    petition.save_revision().publish(user=editor, skip_permission_checks=True)

    version = Version.objects.get()
    assert version.parts["letter"] == (
        "Dear Minister,\n\nThe river is the last one that runs free.\n\n"
        "• stop the dam\n• protect the valley\n\nLet it run."
    )
    assert version.parts["consent"] == petition.consent
    assert version.published_by == editor


def test_publishing_the_same_words_again_keeps_one_version():
    petition = make_petition()

    petition.goal = 500
    petition.save_revision().publish()

    assert Version.objects.count() == 1


def test_going_back_to_earlier_words_is_a_version_of_its_own():
    petition = make_petition()
    first = petition.version
    petition.close = "Let it run!"
    petition.save_revision().publish()
    second = fresh(petition).version

    petition.close = "Let it run."
    petition.save_revision().publish()

    third = fresh(petition).version
    assert len({first.pk, second.pk, third.pk}) == 3
    assert (third.parts, third.digest) == (first.parts, first.digest)


def test_a_draft_changes_nothing_that_is_published():
    petition = make_petition(goal=100)
    petition.goal, petition.ask = 999, "Something else."

    petition.save_revision()

    row = fresh(petition)
    assert (row.goal, row.ask, Version.objects.count()) == (
        100,
        "Call on the minister to stop the dam.",
        1,
    )


def test_an_old_revision_restores_neither_collection_nor_address():
    petition = make_petition()
    revision = petition.latest_revision
    elsewhere = Collection.get_first_root_node().add_child(name="Elsewhere")
    Petition.objects.update(collection=elsewhere, slug="as-first-published")

    fresh(petition).revisions.get(pk=revision.pk).publish()

    row = fresh(petition)
    assert (row.collection, row.slug) == (elsewhere, "as-first-published")


def test_a_title_in_any_script_makes_an_address_and_a_second_one_another():
    slugs = [make_petition(title="Сохраните реку").slug for _ in range(2)]

    assert slugs == ["sokhranite-reku", "sokhranite-reku-2"]


def test_a_signed_petition_can_be_neither_unpublished_nor_deleted():
    petition = make_petition()
    make_signature(petition)

    for verb in (petition.unpublish, petition.delete):
        with pytest.raises(HasSignatures):
            verb()

    assert fresh(petition).live


def test_an_unsigned_petition_is_deleted_whole():
    petition = make_petition()

    petition.delete()

    assert (Petition.objects.count(), Tally.objects.count(), Version.objects.count()) == (0, 0, 0)


# --- languages ---


def test_a_petition_in_two_languages_has_one_count_and_no_doubles():
    english = make_petition()
    french = make_translation(english, "fr", title="Gardez la rivière libre")
    make_signature(english, email="ada@example.org")
    make_signature(french, email="emilie@example.org", language="fr")

    counting.recount()

    assert [fresh(petition).tally.total for petition in (english, french)] == [2, 2]
    assert english.tally == french.tally
    assert english.version != french.version


def test_settings_are_the_originals_and_texts_are_each_languages_own():
    english = make_petition(goal=100, closes_at=NOW + DAY)
    french = make_translation(
        english, "fr", title="Gardez la rivière libre", goal=7, closes_at=NOW - DAY
    )

    assert (french.original.goal, french.state, french.title) == (
        100,
        State.OPEN,
        "Gardez la rivière libre",
    )


def test_a_translation_starts_as_a_draft():
    english = make_petition()
    locale = Locale.objects.create(language_code="fr")

    french = english.copy_for_translation(locale)
    french.save()

    assert fresh(french).state == State.DRAFT


def test_an_original_with_translations_is_not_deleted():
    english = make_petition()
    make_translation(english, "fr")

    with pytest.raises(ProtectedError):
        english.delete()


def test_a_translation_that_nobody_has_signed_is_deleted_with_its_versions():
    english = make_petition()
    french = make_translation(english, "fr")

    fresh(french).delete()

    assert [version.locale for version in Version.objects.all()] == [english.locale]
    assert fresh(english).live


def test_of_a_signed_petition_only_translations_that_were_never_public_are_deleted():
    english = make_petition()
    french = make_translation(english, "fr")
    spanish = make_translation(english, "es", live=False)
    make_signature(english)

    fresh(spanish).delete()
    with pytest.raises(HasSignatures):
        fresh(french).delete()

    assert set(Petition.objects.all()) == {english, french}


# --- words ---


def test_words_are_the_petitions_else_the_houses_else_those_that_come_with_it():
    petition = make_petition(closed_notice="Over.")
    DefaultTexts.objects.create(locale=petition.locale, closed_notice="Ended.", button="Act now")

    texts = fresh(petition).texts

    assert (texts.closed_notice, texts.button, texts.actions_taken) == (
        "Over.",
        "Act now",
        "Actions taken",
    )


def test_new_petitions_start_with_the_houses_consent_and_keep_it():
    texts = DefaultTexts.objects.create(locale=Locale.get_default(), consent="Yes, I agree.")
    petition = Petition(title="River")

    texts.consent = "Yes."
    texts.save()

    assert petition.consent == "Yes, I agree."
