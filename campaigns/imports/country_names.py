"""The names of countries that people write into lists, in all languages of the site."""

from functools import cache

from django.conf import settings
from django.utils.translation import override
from django_countries import countries

from campaigns.imports.headings import plain

# Common names that ISO 3166-1 does not have, written as `plain` returns them.
OTHER_NAMES = {
    "AE": "uae|الامارات",
    "BA": "bosnia|bosnie|bosnien",
    "BS": "bahamas",
    "BY": "белоруссия",
    "CI": "ivory coast|elfenbeinkuste",
    "CV": "cape verde",
    "CZ": "czech republic|tschechische republik",
    "GB": "uk|u k|britain|great britain|england|scotland|wales|northern ireland|grande bretagne|"
    "angleterre|gran bretana|inglaterra|grossbritannien|англия|بريطانيا",
    "GF": "guyane",
    "GM": "the gambia",
    "IE": "eire|republic of ireland",
    "MK": "macedonia",
    "NL": "holland|the netherlands|holanda",
    "RU": "russian federation|россииская федерация",
    "SA": "السعودية",
    "SZ": "swaziland|swasiland|suazilandia",
    "TL": "east timor",
    "TR": "turkey",
    "US": "usa|u s a|u s|united states|the united states|etats unis|ee uu|eeuu|сша|"
    "الولايات المتحدة|امريكا",
    "VA": "vatican",
}


@cache
def country_names() -> dict[str, str]:
    """Return the codes of countries (ISO 3166-1 alpha-2) by their names, as `plain` returns these.

    Each country has its name in every language of the site.
    """
    found = {name: code for code, names in OTHER_NAMES.items() for name in names.split("|")}
    for language, _label in settings.LANGUAGES:
        with override(language):
            found |= {plain(str(name)): code for code, name in countries}
    return found


def country_named(text: str) -> str:
    """Return the code of the country with this code or name, or ""."""
    code = text.upper()
    return code if len(code) == 2 and code in countries else country_names().get(plain(text), "")
