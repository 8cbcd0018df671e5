"""One petition in several languages, translated with wagtail-localize."""

import pytest
from django.apps import apps
from django.utils import translation
from wagtail.models import Locale
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from campaigns.counting import counting
from campaigns.models import CampaignPage, DefaultTexts, Petition
from campaigns.pages.public_page import PublicPage
from campaigns.petitions import immediate_actions, publishing
from campaigns.petitions.settings import Ask
from campaigns.petitions.texts import DEFAULTS, default_text
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db


def begin(instance, code):
    """Submit for translation, as the CMS does."""
    locale, _ = Locale.objects.get_or_create(language_code=code)
    translate_object(instance, [locale])
    return Translation.objects.get(source__object=instance.translation_key, target_locale=locale)


def type_words(translation, *, but=()):
    """Type a translation of each text, except in the fields in `but`."""
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        if segment.context.path.split(".")[0] not in but:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                locale=translation.target_locale,
                context=segment.context,
                defaults={"data": f"[ru] {segment.string.data}"},
            )


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


def test_a_translation_has_an_address_of_its_own_where_that_of_the_original_is_taken():
    english, other = make_petition(title="Water", slug="free"), make_petition(slug="river")
    make_petition(title="Свобода", slug="free", locale="ru")

    translations = [begin(english, "ru"), begin(other, "ru")]
    for each in translations:
        each.save_target(publish=False)

    rows = [each.get_target_instance() for each in translations]
    assert [(row.slug, row.get_latest_revision_as_object().slug) for row in rows] == [
        ("free-2", "free-2"),
        ("river", "river"),
    ]


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
    immediate_actions.move(english, english.collection.get_children().get(), by=None)

    french = begin(english, "fr").get_target_instance()

    assert french.collection.name == "Forest"


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


def test_a_default_text_that_is_half_translated_comes_from_the_house_whole():
    text, footer = "Thank you.\r\n\r\nTell others.", "<p>Write to us.</p><p>Name, Street</p>"
    DefaultTexts.objects.create(locale=Locale.get_default(), thanks_text=text, footer=footer)
    translation = begin(DefaultTexts.objects.get(), "ru")

    untouched = translation.get_target_instance()
    type_words(translation)
    for words in ("Tell others.", "Name, Street"):
        StringTranslation.objects.filter(translation_of__data=words).delete()
    translation.save_target()
    half = translation.get_target_instance()

    assert (untouched.thanks_text, untouched.footer) == ("", "")
    assert (half.thanks_text, half.footer) == ("", "<p>[ru] Write to us.</p><p>Name, Street</p>")


def test_no_service_translates():
    assert get_machine_translator() is None


def test_one_english_word_is_two_where_it_means_two_things():
    with translation.override("ar"):
        choice, field = str(Ask.OPTIONAL.label), str(Petition._meta.get_field("ask").verbose_name)

    assert choice != field


def test_several_pages_are_named_in_each_language():
    kinds = [model for model in apps.get_models() if issubclass(model, PublicPage)]

    assert [kind for kind in kinds if "verbose_name_plural" not in kind._meta.original_attrs] == []


def test_the_texts_that_come_with_the_software_are_in_every_language(settings):
    names = [name for name, text in DEFAULTS.items() if str(text) not in ("", "{title}")]

    alike = {
        code: [name for name in names if default_text(name, code) == default_text(name, "en")]
        for code, _ in settings.LANGUAGES
        if code != "en"
    }

    assert alike == {code: [] for code in ("ar", "de", "es", "fr", "ru")}
