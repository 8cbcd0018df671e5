"""The meanings of a list's columns, by headings in our languages and of other systems."""

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

from campaigns.imports import headings
from campaigns.models import KnownHeading, Signature
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

# Headings from the help pages of these systems, and the meanings that they are given.
EXPORTS = {
    "Action Network": (
        "can2_user_tags,can2_subscription_status,first_name,last_name,email,zip_code,"
        "can2_state_abbreviated,country,created_date",
        ["", "updates", "first", "last", "email", "postcode", "", "country", "signed"],
    ),
    "ControlShift": (
        "id,first_name,last_name,email,phone_number,postcode,country,created_at,"
        "email_opt_in_type,comment",
        ["", "first", "last", "email", "", "postcode", "country", "signed", "", "comment"],
    ),
    "Change.org": (
        "Name,City,State,Postal Code,Country,Signed On",
        ["name", "", "", "postcode", "country", "signed"],
    ),
    "a plugin of WordPress": (
        "First Name,Last Name,Email Address,Street Address,Post Code,Country,"
        "Date Signed,Email Opt-in",
        ["first", "last", "email", "", "postcode", "country", "signed", "updates"],
    ),
    "a sheet, Arabic": (
        "اسم,اللقب,الإيميل,الدولة,رمز بريدي,المؤسسة,التعليقات,موافقة,تاريخ التوقيع,الورقة",
        [
            *("name", "last", "email", "country", "postcode"),
            *("affiliation", "comment", "consent", "signed", "sheet"),
        ],
    ),
    "a sheet, Russian": (
        "ФИО,Эл. почта,Рассылка,Дата подписания,Номер листа",
        ["name", "email", "updates", "signed", "sheet"],
    ),
    "our sheet, French": ("Nom;Prénom;Courriel;Code postal;Pays;Feuille".replace(";", ","), None),
}


@pytest.fixture
def offered():
    petition = make_petition(
        postcode_field="optional", comment_field="optional", affiliation_field="optional"
    )
    return headings.offered(petition)


@pytest.mark.parametrize("name", EXPORTS)
def test_the_headings_of_other_systems_are_known(name, offered):
    typed, meanings = EXPORTS[name]
    expected = meanings or ["last", "first", "email", "postcode", "country", "sheet"]

    assert headings.guess(typed.split(","), among=offered) == expected


def test_our_own_words_for_columns_are_known_in_every_language(offered):
    keys = ["email", "country", "postcode", "affiliation", "comment"]
    fields = [Signature._meta.get_field(key) for key in keys]
    found = {}

    for code, _name in settings.LANGUAGES:
        with override(code):
            typed = [gettext("last name"), *(str(field.verbose_name) for field in fields)]
            found[code] = headings.guess(["Vorname", *typed], among=offered)

    assert found == {code: ["first", "last", *keys] for code, _name in settings.LANGUAGES}


def test_the_meanings_that_are_offered_are_known_as_headings_in_every_language(offered):
    found = {}

    for code, _name in settings.LANGUAGES:
        with override(code):
            labels = [str(headings.MEANINGS[key][0]) for key in offered]
        found[code] = headings.guess(labels, among=offered)

    assert found == {code: offered for code, _name in settings.LANGUAGES}


def test_what_the_petition_does_not_ask_for_is_not_offered():
    petition = make_petition(country_field="off", offers_updates=False)
    offered = headings.offered(petition)

    assert {"country", "postcode", "comment", "updates"} & set(offered) == set()
    assert headings.guess(["Name", "Country"], among=offered) == ["name", ""]


def test_what_somebody_chose_is_remembered_without_the_heading_itself(offered):
    headings.remember(["Ada Lovelace", "Ville ", "Email"], ["name", "", "email"], among=offered)
    headings.remember(["ville"], ["comment"], among=offered)

    assert headings.guess(["VILLE", "ada_lovelace"], among=offered) == ["comment", "name"]
    stored = str(list(KnownHeading.objects.values_list()))
    assert "ille" not in stored
    assert "ovelace" not in stored


def test_what_is_not_imported_once_is_proposed_for_the_next_list(offered):
    few = headings.offered(make_petition(slug="few", country_field="off", comment_field="off"))
    headings.remember(["Name", "Pays", "Newsletter"], ["name", "", ""], among=few)
    headings.remember(["Ville"], ["comment"], among=offered)
    headings.remember(["Name", "Ville"], ["name", ""], among=few)
    headings.remember(["Pourquoi", "Ville"], ["comment", ""], among=offered)
    KnownHeading.objects.create(digest=headings.digests("Courriel")[0], meaning="")

    found = headings.guess(["Name", "Pays", "Newsletter", "Courriel"], among=offered)
    assert found == ["name", "country", "updates", "email"]
    assert headings.guess(["Ville"], among=offered) == ["comment"]


def test_a_meaning_that_somebody_takes_away_is_no_longer_remembered(offered):
    headings.remember(["Ville"], ["comment"], among=offered)
    headings.remember(["Name", "Ville"], ["name", ""], among=offered)

    assert headings.guess(["Ville"], among=offered) == [""]


def test_a_last_name_alone_is_the_name(offered):
    assert headings.guess(["Nom", "Pays"], among=offered) == ["name", "country"]
