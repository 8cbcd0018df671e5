"""JSON Lines: programs read exactly what the database contains."""

import json
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from campaigns.exports import later_exports, rows
from campaigns.exports.jsonl import jsonl_file
from campaigns.exports.shapes import ANALYSIS, EVERYTHING, HANDOVER
from campaigns.models import Signature
from campaigns.privacy import anonymising
from tests.campaigns.exports.test_shapes import of_csv, of_xlsx
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

STRANGE = '=1+1 "quoted" \\ back\tslash, \u202eabc مرحبا 你好 😀 \'; \x02'
ASKED = {"key": "why", "label": 'Why, "dear"?', "kind": "text", "is_personal": False}


def lines(shape=EVERYTHING, format="jsonl") -> list[dict]:
    signatures = Signature.objects.order_by("-pk")
    questions = rows.asked(signatures, shape)
    file = jsonl_file(signatures, [], questions, shape)
    content = b"".join(piece.content for piece in file)
    wanted = later_exports.order(signatures, [], questions, shape, format="jsonl")
    made = later_exports.made(wanted, advance=lambda rows: None, counts=Counter())
    assert b"".join(piece.content for piece in made) == content
    assert content.count(b"\n") == len(content.splitlines())
    return [json.loads(line) for line in content.decode().split("\n")[:-1]]


def test_a_line_is_an_object_with_the_cells_by_their_names():
    petition = make_petition(title="River")
    make_signature(petition, name=STRANGE, country="KE", updates=True)

    [line] = lines(HANDOVER)

    assert line == {
        "petition": "River",
        "name": STRANGE.replace("\t", " ").replace("\x02", ""),
        "country": "KE",
        "postcode": None,
        "affiliation": None,
        "approved_comment": None,
    }


def test_moments_are_those_of_the_database_and_ticks_are_words_in_every_language():
    signature = make_signature(make_petition(), updates=True)
    Signature.objects.update(signed_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))

    with translation.override("fr"):
        [line] = lines()

    assert line["signed_at"] == "2026-03-04T05:06:07+00:00"
    assert (line["number"], line["state"]) == (str(signature.pk), "confirmed")
    assert line["updates"] == "yes"


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2026, 3, 4)),
        ("America/Santiago", date(2026, 9, 6)),  # begins at one o'clock
        ("Africa/Cairo", date(2026, 4, 24)),  # begins at one o'clock
        ("America/Havana", date(2026, 11, 1)),  # has the hour after midnight twice
    ],
)
def test_where_only_the_day_is_known_every_file_has_the_day_alone(zone, day, settings):
    settings.TIME_ZONE = zone
    timezone.get_default_timezone.cache_clear()
    signed_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    petition = make_petition()
    anonymised = make_signature(petition, signed_at=signed_at)
    make_signature(petition, email="b@example.org", channel="paper", signed_at=signed_at)
    anonymising.anonymise([anonymised.pk])
    place = EVERYTHING.cells.index("signed_at")

    in_json = [line["signed_at"] for line in lines()]
    in_csv, in_xlsx = ([row[place] for row in of(EVERYTHING)[1:]] for of in (of_csv, of_xlsx))

    assert in_json == in_csv == [day.isoformat()] * 2
    assert in_xlsx == [day] * 2


def test_answers_are_an_object_by_their_questions_and_sixty_are_no_problem():
    petition = make_petition()
    many = [{**ASKED, "key": f"k{number}", "label": f"Question {number}"} for number in range(60)]
    petition.tally.questions = [ASKED, *many]
    petition.tally.save(update_fields=["questions"])
    make_signature(petition, replies={"personal": {}, "other": {"why": 'The "river"', "k7": "7"}})

    [line] = lines()

    answers = {label: text for label, text in line["answers"].items() if text}
    assert answers == {'Why, "dear"?': 'The "river"', "Question 7": "7"}
    assert len(line["answers"]) == 61


def test_an_analysis_has_days_and_no_names():
    make_signature(make_petition(), name="Ada Lovelace")
    Signature.objects.update(signed_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))

    [line] = lines(ANALYSIS)

    assert line["day"] == "2026-03-04"
    assert "Ada" not in str(line)


def test_no_signatures_are_no_lines():
    assert lines() == []
