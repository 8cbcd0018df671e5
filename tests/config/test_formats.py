"""How numbers and dates are written in each language (site/config/formats)."""

from datetime import date, datetime

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation
from django.utils.formats import date_format

pytestmark = pytest.mark.django_db


def test_numbers_and_dates_are_written_as_each_language_writes_them():
    moment = date(2026, 8, 30)
    written = {}
    for code in ("en", "fr", "de", "es", "ru", "ar"):
        with translation.override(code):
            written[code] = (intcomma(12345), date_format(moment))

    assert written == {
        "en": ("12,345", "30 August 2026"),
        "fr": ("12\xa0345", "30 août 2026"),
        "de": ("12.345", "30. August 2026"),
        "es": ("12\xa0345", "30 de agosto de 2026"),
        "ru": ("12\xa0345", "30 августа 2026 г."),
        "ar": ("12,345", "30 أغسطس 2026"),
    }


def test_the_time_follows_the_day_as_in_a_sentence():
    moment = datetime(2027, 1, 23, 22, 0)
    written = {}
    for code in ("en", "fr", "de", "es", "ru", "ar"):
        with translation.override(code):
            written[code] = date_format(moment, "DATETIME_FORMAT")

    assert written == {
        "en": "23 January 2027, 22:00",
        "fr": "23 janvier 2027 à 22:00",
        "de": "23. Januar 2027 um 22:00",
        "es": "23 de enero de 2027 a las 22:00",
        "ru": "23 января 2027 г., 22:00",
        "ar": "23 يناير 2027، 22:00",
    }
