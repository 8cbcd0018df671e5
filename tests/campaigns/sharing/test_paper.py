"""Texts in any script, on paper: with the fonts of the site, and with those of the system."""

import pytest
from fpdf import FPDF

from campaigns.sharing import typefaces
from campaigns.sharing.paper import Paper
from tests.printed import left_of, texts

NAMES = ["Ada Lovelace", "محمّد عليّ", "Иван, محمد (Γεώργιος)", "e\u0301 12 ١٢"]
OWN = {"role": "text", "faces": "device"}


def written(*names: str) -> bytes:
    pdf = Paper("Names", faces="device")
    pdf.add_page()
    for number, name in enumerate(names):
        pdf.line_of(name, place=20, top=20 + 10 * number, width=100, size=12)
    return bytes(pdf.output())


def test_leaving_out_the_search_for_runs_changes_nothing(monkeypatch):
    for name in NAMES:
        quick = written(name)
        with monkeypatch.context() as patched:
            patched.setattr(Paper, "_preload_bidirectional_text", FPDF._preload_bidirectional_text)
            slow = written(name)

        assert quick.split(b"/CreationDate")[0] == slow.split(b"/CreationDate")[0]


def test_in_a_language_from_the_right_places_are_counted_from_there():
    pdf = Paper("Names", faces="device")
    pdf.mirrored = True

    assert round(pdf.x_of(20, 50)) == 140
    assert left_of(written("Ada"), 0, "Ada") < 70


def test_our_fonts_come_first_and_others_are_added_for_what_they_lack(monkeypatch):
    (own,) = typefaces.faces_for("Zoë Иван", **OWN)
    (arabic,) = typefaces.faces_for("محمد", **OWN)
    monkeypatch.setattr(typefaces, "candidates", lambda text, language: [arabic])

    assert (own.path.name, arabic.path.name) == ("text-sans.ttf", "text-sans-arabic.ttf")
    assert typefaces.faces_for("Ю\u060f", **OWN) == [own, arabic]
    assert typefaces.faces_for("Ю\ua015", **OWN) == [own]


@pytest.mark.parametrize("text", ["अनिता शर्मा", "王芳 Wang", "한국", "தமிழ்"])
def test_other_scripts_have_the_fonts_of_the_system(text):
    faces = typefaces.faces_for(text, **OWN)
    if len(faces) == 1 and typefaces.lacking(text, faces[0]):
        pytest.skip("The packages fonts-noto-core and fonts-noto-cjk are not installed.")

    (page,) = texts(written(text))

    assert text[0] in page
    assert b"NotoSans" in written(text)
