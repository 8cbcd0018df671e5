"""The options of countries: rendered once for all forms, in the order and words of a language."""

import re

import pytest
from django import forms
from django.utils import translation
from pytest_django.asserts import assertHTMLEqual as assert_html_equal

from campaigns.signing.forms import SignForm
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("chosen", ["", "FR", "fr", '"><script>', None])
def test_the_countries_are_what_django_would_render(language, chosen):
    petition = make_petition()

    with translation.override(language):
        field = SignForm(petition, {"country": chosen} if chosen else None)["country"]
        ours = str(field)
        plain = forms.Select(attrs=field.field.widget.attrs, choices=field.field.choices)
        theirs = plain.render("country", chosen, field.build_widget_attrs({"id": field.auto_id}))

    below = re.sub(r'(<option value=""[^>]*>[^<]*</option>).*<hr>', r"\1", ours)
    assert_html_equal(below, theirs)


def test_the_likely_countries_stand_above_all_of_them_in_the_order_of_the_language():
    with translation.override("de"):
        above, below = str(SignForm(make_petition())["country"]).split("<hr>")

    names = re.findall(r'value="([A-Z]{2})"', above)
    assert names == ["DE", "AT", "CH"]
    assert [below.count(f'value="{code}"') for code in names] == [1, 1, 1]


def test_a_likely_country_that_was_chosen_is_marked_once():
    with translation.override("en"):
        options = str(SignForm(make_petition(), {"country": "KE"})["country"])

    assert re.findall(r'value="(\w*)" selected', options) == ["KE"]


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("fr", ["Afghanistan", "Afrique du Sud", "Albanie", "Algérie"], "Zimbabwe"),
        ("ru", ["Австралия", "Австрия", "Азербайджан", "Аландские острова"], "Япония"),
        ("ar", ["آروبا", "أذربيجان", "أرمينيا", "أسبانيا"], "هونغ كونغ"),
    ],
)
def test_countries_stand_in_the_order_of_their_language(language, first, last):
    with translation.override(language):
        names = [name for code, name in SignForm(make_petition()).fields["country"].choices if code]

    assert (names[:4], names[-1]) == (first, last)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("fr", {"GY": "Guyana", "GF": "Guyane française"}),
        ("de", {"GD": "Grenada", "SZ": "Eswatini"}),
        ("es", {"TD": "Chad", "CF": "República Centroafricana"}),
        ("ru", {"MM": "Мьянма", "LR": "Либерия"}),
        ("ar", {"GF": "غيانا الفرنسية", "GY": "غيانا"}),
    ],
)
def test_where_django_countries_has_a_wrong_name_the_right_one_is_shown(language, names):
    with translation.override(language):
        shown = dict(SignForm(make_petition()).fields["country"].choices)

    assert {code: shown[code] for code in names} == names
