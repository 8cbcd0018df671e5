"""What people type into the form: what is accepted, and which friendly errors they get."""

import pytest
from django_countries import countries

from campaigns.signing.countries import WITHOUT_POSTCODES
from campaigns.signing.forms import SignForm
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def filled(petition, **changes: object) -> SignForm:
    data = {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "consent": "on",
        "version": petition.version.pk,
    }
    return SignForm(petition, data | changes)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Анна Ахматова", "Анна Ахматова"),
        ("محمود درويش", "محمود درويش"),
        ("می‌خواهم", "می‌خواهم"),  # noqa: RUF100  U+200C is part of the spelling here
        ("O’Brien-Núñez", "O’Brien-Núñez"),
        ("李白", "李白"),
        ("አበበ ቢቂላ", "አበበ ቢቂላ"),
        ("นาย ก", "นาย ก"),
        ("X Æ", "X Æ"),
        ("Ada\u200b Lovelace\ufeff", "Ada Lovelace"),
        ("Ju\u0301lia", "Júlia"),
        ("St. John", "St. John"),
        ("Ada 👩‍👩‍👧‍👦", "Ada 👩‍👩‍👧‍👦"),
        ("{{7*7}} Ada", "{{7*7}} Ada"),
        ("=Ada()", "=Ada()"),
        ("<b>Ada</b>", "<b>Ada</b>"),
    ],
)
def test_a_name_is_kept_as_people_write_it(typed, kept):
    form = filled(make_petition(), name=typed)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\u200b\u200d\ufeff",
        "👩‍👩‍👧‍👦",
        "12345",
        "a" * 121,
        "Ada\x00",
        "Ada\x0bB",
        "Ada\r\nBcc: eve@example.org",
        "Ada \u202egnilevol",
        "Ada \ufffd",
        "\ud800Ada",
        "Visit https://evil.example/",
        "www.evil.example",
        "ada@example.org",
    ],
)
def test_a_name_that_is_none_is_asked_for_again(typed):
    form = filled(make_petition(), name=typed)

    assert list(form.errors) == ["name"]
    assert len(form.errors["name"]) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "root@localhost",
        "ada@[127.0.0.1]",
        "ada@[IPv6:::1]",
        "a b@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org, eve@example.org",
        "ada@example.org\x00",
        f"{'a' * 250}@example.org",
        "ада@example.org",
        "chriſ@example.org",
    ],
)
def test_an_email_that_is_none_is_asked_for_again(typed):
    form = filled(make_petition(), email=typed)

    assert list(form.errors) == ["email"]


def test_a_domain_may_be_written_in_any_script():
    form = filled(make_petition(), email="ada@пример.рф")

    assert form.is_valid(), form.errors


def test_the_form_asks_what_the_petition_asks():
    petition = make_petition(
        country_field="off", postcode_field="required", comment_field="optional"
    )

    form = SignForm(petition)

    required = {name: field.required for name, field in form.fields.items()}
    assert required == {
        "name": True,
        "email": True,
        "postcode": True,
        "comment": False,
        "aside": False,
        "updates": False,
        "consent": True,
        "version": True,
        "page": False,
        "source": False,
        "framed_by": False,
    }


def test_what_one_petition_asks_no_other_asks():
    asks = {"country_field": "optional", "postcode_field": "optional", "comment_field": "optional"}
    plain = make_petition()
    before = str(SignForm(plain))

    other = SignForm(make_petition(title="Library", consent="I agree to more.", **asks))

    assert "I agree to more." in str(other)
    assert str(SignForm(plain)) == before
    assert SignForm.base_fields["postcode"].required
    assert "data-without" not in SignForm.base_fields["postcode"].widget.attrs


def test_a_form_shares_the_fields_that_it_does_not_change():
    one, other = SignForm(make_petition()), SignForm(make_petition())

    assert one.fields["email"] is other.fields["email"]
    assert one.fields["consent"] is not other.fields["consent"]


def test_keep_me_informed_is_separate_and_unticked():
    form = filled(make_petition())

    assert form.is_valid()
    assert form.cleaned_data["updates"] is False
    assert form["updates"].initial is None


def test_without_consent_nothing_is_kept():
    form = filled(make_petition(), consent="")

    assert list(form.errors) == ["consent"]


def test_words_of_another_petition_are_not_agreed_to():
    petition, other = make_petition(), make_petition(title="Library", ask="Keep it open.")

    for version in (other.version.pk, "", "abc", -1, 2**80):
        form = filled(petition, version=version)
        assert list(form.errors) == ["__all__"]


def test_an_older_version_of_this_petition_is_accepted():
    petition = make_petition()
    older = petition.version.pk
    petition.close = "Let it run!"
    petition.save_revision().publish()

    form = filled(type(petition).objects.get(pk=petition.pk), version=older)

    assert form.is_valid(), form.errors
    assert form.cleaned_signature()["version"] == older


@pytest.mark.parametrize("page", ["abc", "-1", "9" * 40, "1.5"])
def test_a_spoilt_page_number_spoils_nothing(page):
    form = filled(make_petition(), page=page)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["page"] is None


# --- countries and postcodes ---


@pytest.mark.parametrize("typed", ["XX", "fr", "Choose your country", "FR\u200b"])
def test_a_country_that_is_none_is_asked_for_again(typed):
    form = filled(make_petition(), country=typed)

    assert list(form.errors) == ["country"]


def test_a_country_that_is_required_must_be_chosen():
    form = filled(make_petition(country_field="required"), country="")

    assert form.errors["country"] == ["Please choose your country."]


@pytest.mark.parametrize(
    ("country", "postcode", "errors"),
    [
        ("AE", "", {}),
        ("IE", "", {"postcode": ["Please give your postcode."]}),
        ("", "", {"postcode": ["Please give your postcode."]}),
        ("DE", "10115", {}),
        ("AE", "0000", {}),
    ],
)
def test_a_postcode_is_needed_where_the_country_has_them(country, postcode, errors):
    petition = make_petition(country_field="optional", postcode_field="required")

    form = filled(petition, country=country, postcode=postcode)

    assert form.errors == errors
    assert form.cleaned_data.get("postcode", "") == postcode


def test_a_petition_that_asks_for_no_country_asks_everybody_for_a_postcode():
    petition = make_petition(country_field="off", postcode_field="required")

    assert filled(petition).errors == {"postcode": ["Please give your postcode."]}


def test_the_browser_asks_nobody_for_a_postcode_whose_country_has_none():
    petition = make_petition(country_field="optional", postcode_field="required")

    field = SignForm(petition)["postcode"]

    assert " required" not in str(field)
    assert field.help_text == "If your country has no postcodes, leave this empty."
    assert "AE" in field.field.widget.attrs["data-without"].split()


def test_the_list_names_countries_that_there_are():
    assert set(WITHOUT_POSTCODES) <= {code for code, _ in countries}
