"""The QR code and the poster of a petition."""

import io

import pytest
import zxingcpp
from django.conf import settings
from django.utils import translation
from PIL import Image

from campaigns.sharing import posters
from tests.factories import days_ago, make_petition

pytestmark = pytest.mark.django_db


def test_vowel_signs_stand_above_their_letters(petition):
    with translation.override("ar"):
        sheet = posters.Sheet("")
        sheet.pdf.set_compression(False)
        sheet.say("ليبقَ", top=0, size=40, width=100, lines=1)

    assert b" Tm " in bytes(sheet.pdf.output())  # placed by a matrix, not after the last letter


def test_the_code_leads_to_the_petition(petition):
    picture = io.BytesIO()
    posters.code(petition).save(picture, kind="png", scale=4, border=4)

    read = zxingcpp.read_barcode(Image.open(picture).convert("L"))

    assert read.text == f"{settings.BASE_URL}{petition.get_absolute_url()}?source=poster"


@pytest.mark.parametrize(
    ("fields", "scan"), [({}, "Scan to sign"), ({"closes_at": days_ago(1)}, "Scan to read")]
)
def test_nobody_is_asked_to_sign_what_is_over(fields, scan, monkeypatch):
    said = []
    monkeypatch.setattr(posters.Sheet, "say", lambda sheet, text, **_: said.append(text))

    posters.poster(make_petition(**fields))

    assert scan in said
