"""How numbers and dates are written in each language (site/config/formats)."""

from datetime import date

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
