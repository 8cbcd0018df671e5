"""One petition in several languages, by wagtail-localize's own path."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone, translation
from wagtail.models import Locale, ModelLogEntry
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object
from wagtail_localize.strings import StringValue

from campaigns.counting import counting
from campaigns.models import CampaignPage, DefaultTexts, Petition, Version
from campaigns.pages.public_page import PublicPage
from campaigns.petitions import controlling, publishing
from campaigns.petitions.languages import Untranslated
from campaigns.petitions.settings import Ask
from tests.factories import make_campaign, make_petition, make_translation

pytestmark = pytest.mark.django_db


def begin(instance, code):
    """Submit for translation, as the CMS does."""
    locale, _ = Locale.objects.get_or_create(language_code=code)
    translate_object(instance, [locale])
    return Translation.objects.get(source__object=instance.translation_key, target_locale=locale)


def type_words(translation, *, but=()):
    """Type a translation of each text, but of those fields."""
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        if segment.context.path.split(".")[0] not in but:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                locale=translation.target_locale,
                context=segment.context,
                defaults={"data": f"[ru] {segment.string.data}"},
            )


@pytest.fixture
def publish(django_capture_on_commit_callbacks):
    """Press "publish" in the translation editor."""

    def press(translation):
        with django_capture_on_commit_callbacks(execute=True):
            translation.save_target(publish=True)
        return translation.get_target_instance()

    return press


def sign(client, petition, email):
    form = {
        "name": "Ada",
        "email": email,
        "consent": "on",
        "version": petition.version.pk,
    }
    return client.post(petition.url_path("sign"), form)


def test_signatures_in_two_languages_are_one_count(client, publish):
    english = make_petition(confirms_by_email=False, goal=100)
    translation = begin(english, "ru")
    type_words(translation)
    publish(translation)
    russian = translation.get_target_instance()

    answers = [
        sign(client, english, "ada@example.org"),
        sign(client, russian, "anna@example.org"),
        sign(client, russian, "ada@example.org"),
    ]
    counting.recount()

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    page = client.get("/ru/petitions/keep-the-river-free/").content.decode()
    assert "[ru] Dear Minister," in page
    rows = Petition.objects.filter(pk__in=[english.pk, russian.pk])
    assert [row.tally.total for row in rows] == [2, 2]


def test_a_page_is_translated_with_its_petition():
    english = make_petition()
    page = make_campaign(english)
    for ancestor in (page.get_parent().get_parent(), page.get_parent()):
        begin(ancestor, "ru")

    begin(page, "ru")

    russian = CampaignPage.objects.get(locale__language_code="ru")
    assert (russian.slug, russian.live) == (page.slug, False)
    assert russian.petition == Petition.objects.get(locale__language_code="ru")
    assert (russian.petition.slug, russian.petition.live) == (english.slug, False)


def test_rules_are_not_translated_and_the_collection_follows():
    english = make_petition(goal=100)
    translation = begin(english, "ru")

    paths = translation.source.stringsegment_set.values_list("context__path", flat=True)
    assert {path.split(".")[0] for path in paths} == {
        "title",
        "ask",
        "salutation",
        "opening",
        "demands",
        "close",
        "consent",
    }
    assert not translation.source.overridablesegment_set.exists()
    Petition.objects.filter(pk=english.pk).update(goal=900)
    assert translation.get_target_instance().original.goal == 900


def test_begun_later_a_translation_is_where_the_petition_is_now():
    english = make_petition()
    begin(english, "ru")
    english.collection.add_child(name="Forest")
    controlling.move(english, english.collection.get_children().get(), by=None)

    french = begin(english, "fr").get_target_instance()

    assert french.collection.name == "Forest"


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

    assert russian.untranslated() == ["demands", "close"]
    with pytest.raises(Untranslated):
        russian.get_latest_revision().publish()


def test_the_original_lacks_nothing():
    english = make_petition()
    make_translation(english, "ru")

    assert english.untranslated() == []


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


def test_submitting_again_leaves_what_the_public_reads(publish):
    english = make_petition()
    translation = begin(english, "ru")
    type_words(translation)
    publish(translation)
    StringTranslation.objects.filter(context__path="close").update(data="Ещё не готово")

    translation.save_target(publish=False)

    russian = translation.get_target_instance()
    assert (russian.live, russian.close) == (True, "[ru] Let it run.")
    assert russian.get_latest_revision_as_object().close == "Ещё не готово"


def test_publishing_takes_what_was_typed_last():
    english = make_petition()
    translation = begin(english, "ru")
    type_words(translation)

    publishing.publish(translation.get_target_instance(), by=None)

    russian = translation.get_target_instance()
    assert (russian.live, russian.title) == (True, "[ru] Keep the river free")


def test_default_texts_that_are_not_translated_come_from_the_house():
    english = DefaultTexts.objects.create(locale=Locale.get_default(), button="Act now")

    translation = begin(english, "ru")

    assert translation.get_target_instance().button == ""
    type_words(translation)
    translation.save_target()
    assert translation.get_target_instance().button == "[ru] Act now"


def test_typed_texts_are_compared_as_text(publish):
    english = make_petition(close="Let it run & sing.\nAlways.")
    translation = begin(english, "ru")
    type_words(translation)
    StringTranslation.objects.filter(context__path="close").update(
        data=StringValue.from_plaintext(english.close).data
    )

    publish(translation)

    assert translation.get_target_instance().close == english.close


def test_no_service_translates():
    assert get_machine_translator() is None


def test_one_english_word_is_two_where_it_means_two_things():
    with translation.override("ar"):
        choice, field = str(Ask.OPTIONAL.label), str(Petition._meta.get_field("ask").verbose_name)

    assert choice != field


def test_several_pages_are_named_in_each_language():
    kinds = [model for model in apps.get_models() if issubclass(model, PublicPage)]

    assert [kind for kind in kinds if "verbose_name_plural" not in kind._meta.original_attrs] == []
