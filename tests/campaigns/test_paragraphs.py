"""Texts of several paragraphs count as equal, whatever line ends they are stored with."""

from collections.abc import Iterator

import pytest
from django import forms
from django.urls import get_resolver
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.admin.panels import get_edit_handler
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from campaigns.models import Appeal, Contact, Petition
from campaigns.paragraphs import (
    LinesField,
    ParagraphsField,
    labelled,
    paragraphs,
    quoted,
    with_commas,
)
from campaigns.petitions import immediate_actions
from campaigns.petitions.translation_guard import untranslated
from campaigns.signing.fields import PlainTextField
from tests.campaigns.petitions.test_languages import begin, type_words
from tests.factories import make_article, make_campaign, make_petition, make_translation

WORDS = st.text("abcж ", min_size=1).filter(str.strip)
ENDS = st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n", " \n\t\n ", "<br/>", "<br><br />", "\r"])


@given(st.lists(st.tuples(WORDS, ENDS, ENDS), min_size=1))
def test_line_ends_make_no_difference(lines):
    one = "".join(words + end for words, end, _ in lines)
    other = "".join(words + end for words, _, end in lines)

    assert paragraphs(one) == paragraphs(other)


@pytest.mark.django_db
def test_a_title_that_was_pasted_from_slides_is_one_line_without_control_characters():
    pasted, title = "\x0bRiver\x0b or\u2028a\x1fdam\u00a0?\x07\x9b", "River or a dam\u00a0?"
    page, petition = make_article(title=pasted), make_petition(title=pasted)
    page.save_revision()

    for model, row in ((Page, page), (Petition, petition)):
        assert model.objects.get(pk=row.pk).get_latest_revision_as_object().title == title


@given(st.lists(WORDS, min_size=1), st.sampled_from(["\n", "\n\n", "\r\n\r\n"]))
def test_what_is_taken_apart_for_translators_is_put_together_again(lines, end):
    text, field = end.join(lines), ParagraphsField()

    segments = field.get_translatable_segments(text)
    again = field.restore_translated_segments(text, segments)

    assert [segment.render_text() for segment in segments] == paragraphs(text)
    assert again.split(end.replace("\r", "")) == paragraphs(text)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(WORDS, min_size=1, unique_by=lambda words: tuple(paragraphs(words))), st.data())
@pytest.mark.django_db
def test_one_paragraph_that_is_still_the_originals_is_missing(english, russian, lines, data):
    english.opening = "\n\n".join(lines)
    english.save()
    left = data.draw(st.sampled_from(lines))
    ends = data.draw(st.lists(ENDS, min_size=len(lines), max_size=len(lines)))
    translated = ["Ъ" + words if words != left else words for words in lines]

    russian.opening = "".join(words + end for words, end in zip(translated, ends, strict=True))
    immediate_actions.clear_cached_tally(russian)

    assert untranslated(russian) == ["opening"]


@pytest.fixture
def english(db):
    return make_petition(live=False)


@pytest.fixture
def russian(english):
    return make_translation(english, "ru", live=False)


@pytest.mark.django_db
def test_translators_get_the_paragraphs_one_by_one_and_make_more(
    django_capture_on_commit_callbacks,
):
    english = make_petition(opening="The river runs free.\r\n\r\nIt is <the> last.", close="")
    translation = begin(english, "ru")

    asked = [
        segment.string.data
        for segment in translation.source.stringsegment_set.filter(context__path="opening")
    ]
    type_words(translation)
    typed = StringTranslation.objects.get(translation_of__data="The river runs free.")
    typed.data = "Река течёт.¶ Свободно."
    typed.save()
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)

    assert asked == ["The river runs free.", "It is &lt;the&gt; last."]
    opening = translation.get_target_instance().opening
    assert opening == "Река течёт.\n\nСвободно.\n\n[ru] It is <the> last."


@pytest.mark.django_db
def test_no_paragraph_begins_in_a_line():
    translation = begin(make_petition(), "ru")
    type_words(translation)
    title = StringTranslation.objects.get(context__path="title")

    title.data = "Река¶ течёт."
    title.save()

    title.refresh_from_db()
    assert (title.has_error, title.field_error) == (True, "A new paragraph cannot begin here.")


@pytest.mark.django_db
def test_nor_in_the_story_of_a_page():
    page = make_campaign(make_petition(), body=[("text", "<p>The river runs free.</p>")])
    translation = begin(page, "ru")
    type_words(translation)
    text = StringTranslation.objects.get(translation_of__data="The river runs free.")

    text.data = "Река¶ течёт."
    text.save()

    text.refresh_from_db()
    assert text.field_error == "A new paragraph cannot begin here."


def every_form(form: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for each in form.__subclasses__():
        yield each
        yield from every_form(each)


def test_a_form_takes_as_many_lines_as_the_browser_lets_one_type():
    """Browsers count a line break as one character, and send two."""
    assert get_resolver().url_patterns  # all forms are imported
    found = {
        f"{form.__module__}.{form.__name__}.{name}": field
        for form in every_form(forms.Form)
        for name, field in form.base_fields.items()
        if form.__module__.startswith("campaigns.")
        and isinstance(field.widget, forms.Textarea)
        and getattr(field, "max_length", None)
    }

    kinds = LinesField | PlainTextField
    assert [name for name, field in found.items() if not isinstance(field, kinds)] == []
    words = found["campaigns.petitions.actions.forms.VictoryForm.words"]
    assert words.clean("a\r\n" * 999 + "bc") == "a\n" * 999 + "bc"


@pytest.mark.parametrize("model", [Appeal, Contact])
def test_so_do_forms_of_whole_snippets(model):
    form = get_edit_handler(model).get_form_class()
    limits = {
        name: field.max_length
        for name, field in form.base_fields.items()
        if isinstance(field.widget, forms.Textarea)
    }

    assert limits
    for name, limit in limits.items():
        text = "a\n" * 9 + "b" * (limit - 18)
        assert form.base_fields[name].clean(text.replace("\n", "\r\n")) == text


def test_labels_lists_and_quotations_are_punctuated_as_in_their_language():
    names = ["Ada", "Grace"]

    with override("fr"):
        french = [labelled("E-mail", 1), labelled("Pourquoi ?", 2), quoted("Ada")]
    with override("ar"):
        arabic = with_commas(names)

    assert french == ["E-mail\u00a0: 1", "Pourquoi ? 2", "«\u00a0Ada\u00a0»"]
    assert (arabic, with_commas(names)) == ("Ada، Grace", "Ada, Grace")
