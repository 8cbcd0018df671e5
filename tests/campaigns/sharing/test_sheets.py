"""The sheets of paper on which people sign."""

import pytest
import zxingcpp
from django.utils import timezone
from django.utils.formats import date_format

from campaigns.models import Version
from campaigns.sharing import posters, sheets
from tests.factories import make_petition
from tests.printed import picture, texts

pytestmark = pytest.mark.django_db

TARGETS = [("target", {"name": "Jane Doe", "role": "Minister"})]


def test_a_sheet_has_what_people_sign_and_agree_to_and_its_number():
    petition = make_petition(
        targets=TARGETS, updates_label="Write to me about the river.", retention_days=30
    )

    content = sheets.sheets(petition, number=2, first=7, name="Bamako")

    first, second = texts(content)
    for words in (
        "Keep the river free",
        "Call on the minister to stop the dam.",
        "To: Jane Doe, Minister",
        "The river is the last one that runs free. • stop the dam • protect the valley",
        "I agree that my signature is stored and handed over.",
        "this sheet is destroyed, 30 days after the petition has ended.",
        "Keep me informed: Write to me about the river.",
        f"version {Version.objects.get().pk} of",
        "Name Country Email Keep me informed Signature",
        "Collected where, and when?",
    ):
        assert words in first
        assert words in second
    assert ("Sheet Bamako 7" in first, "Sheet Bamako 8" in second) == (True, True)
    read = zxingcpp.read_barcode(picture(content, 1))
    assert read.text == posters.code_url(petition, "sheet")


def test_everybody_prints_the_same_day_of_the_version():
    petition = make_petition()

    printed = []
    for zone in ("Etc/GMT+12", "Etc/GMT-14"):  # always on different days
        with timezone.override(zone):
            printed += texts(sheets.sheets(petition, number=1))

    day = date_format(timezone.localtime(Version.objects.get().published_at), "DATE_FORMAT")
    assert [day in page for page in printed] == [True, True]


def test_what_the_form_does_not_ask_for_has_no_column():
    petition = make_petition(offers_updates=False, country_field="off", postcode_field="required")
    other = make_petition(slug="other", offers_updates=False, affiliation_field="optional")

    (page,) = texts(sheets.sheets(petition, number=1))
    (of_organisations,) = texts(sheets.sheets(other, number=1))

    assert "Name Postcode and place Email Signature" in page
    assert "Name Organisation Country Email Signature" in of_organisations
    assert "Keep me informed" not in page


@pytest.mark.parametrize(
    ("length", "pages", "told"),
    [
        (35, 4, "The letter is on the other side of this sheet."),
        (160, 7, "The letter is long: it lies beside this sheet."),
    ],
)
def test_a_long_letter_has_pages_of_its_own(length, pages, told):
    opening = "\n\n".join(f"Reason {number}: the river." * 3 for number in range(length))
    petition = make_petition(opening=opening)

    read = texts(sheets.sheets(petition, number=2))

    assert len(read) == pages
    assert [told in page for page in read].count(True) == 2
    assert f"Reason {length - 1}: the river." in " ".join(read)
    assert "Sheet 2" in read[-1]


def test_a_letter_that_leaves_no_room_for_five_rows_has_pages_of_its_own():
    opening = "\n\n".join(f"Reason {number}: the river." * 3 for number in range(17))
    short = make_petition(opening=opening)
    long = make_petition(slug="long", opening=opening, consent="I agree to this. " * 165)

    read = [texts(sheets.sheets(each, number=1)) for each in (short, long)]

    assert [len(pages) for pages in read] == [1, 2]
    assert "The letter is on the other side of this sheet." in read[1][1]
    assert "1 2 3 4 5" in read[1][1]


def test_in_arabic_a_sheet_begins_at_the_right():
    words = {"title": "أنقذوا النهر", "ask": "ندعو الوزير.", "opening": "النهر حرّ."}
    arabic = make_petition(locale="ar", slug="a", **words)
    english = make_petition(slug="e")
    seen = []

    for each in (english, arabic):
        page = picture(sheets.sheets(each, number=1), 0)
        half = page.width // 2
        sides = (page.crop((x, 0, x + half, page.height)) for x in (0, half))
        seen.append([zxingcpp.read_barcode(side) is not None for side in sides])

    assert seen == [[False, True], [True, False]]
