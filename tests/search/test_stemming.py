"""Each language is stemmed by its own rules, in one index."""

import pytest
from django.core.management import call_command
from wagtail.models import Locale
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from campaigns.models import ArticlePage, CustomImage
from search import stemming
from tests.factories import make_article, make_home, make_image

pytestmark = pytest.mark.django_db

# The text of an article, and a search for it with other forms of its words.
WORDS = {
    "en": ("They dammed the rivers.", "damming river"),
    "fr": ("Les rivières coulent librement.", "rivière libre"),
    "es": ("Los ciudadanos firmaron las peticiones.", "ciudadanas firmar petición"),
    "de": ("Petitionen gegen die Staudämme.", "Petition Staudamm"),
    "ru": ("Строительство плотины остановили реки.", "плотина река"),
    "ar": ("المواطنون يكتبون الرسائل", "رسائل"),
}


def write(code: str, text: str) -> ArticlePage:
    article = make_article(title=f"In {code}", body=[("text", f"<p>{text}</p>")], slug=f"a-{code}")
    locale, _ = Locale.objects.get_or_create(language_code=code)
    # Make it a translation without translating the rest of the site.
    ArticlePage.objects.filter(pk=article.pk).update(locale=locale)
    article.refresh_from_db()
    article.save()
    return article


def found(words: str, code: str) -> list[str]:
    backend = get_search_backend(SEARCH_CONFIG=stemming.configuration(code))
    return [page.locale.language_code for page in backend.search(words, ArticlePage.objects.all())]


def test_every_language_of_the_site_has_rules_that_postgresql_knows(settings):
    for code, _ in settings.LANGUAGES:
        assert stemming.configuration(code) != "simple", code


@pytest.mark.parametrize("code", WORDS)
def test_a_word_is_found_in_another_form_by_the_rules_of_its_language(code):
    text, words = WORDS[code]
    write(code, text)

    assert found(words, code) == [code]


@pytest.mark.parametrize("code", ["de", "ru"])
def test_the_rules_of_another_language_do_not_find_it(code):
    text, words = WORDS[code]
    write(code, text)

    assert found(words, "en") == []


def test_building_the_index_anew_leaves_each_row_by_its_rules():
    make_home()
    for code, (text, _) in WORDS.items():
        write(code, text)
    rows = IndexEntry.objects.values_list("object_id", "content_type", "title", "body")
    before = set(rows.all())

    call_command("update_index", verbosity=0)

    # Objects that nobody has saved are in the index now, too.
    assert before - set(rows.all()) == set()
    assert [found(words, code) for code, (_, words) in WORDS.items()] == [[c] for c in WORDS]


def test_a_picture_has_no_language_and_is_found_in_the_cms():
    image = make_image(colour="green")
    image.title = "Lighthouses"
    image.save()

    assert list(CustomImage.objects.search("lighthouse")) == [image]


def test_what_a_language_without_rules_says_is_found_as_it_was_written():
    assert stemming.configuration("pl") == "simple"
