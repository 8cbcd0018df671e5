"""Choosing the columns of a file and their order within a shape."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.cms.presets.columns import ColumnsField, ordered
from campaigns.exports.shapes import ANALYSIS, ANSWERS, EVERYTHING, HANDOVER, SHAPES
from campaigns.models import Signature
from tests.campaigns.cms.conftest import make_team, make_user
from tests.campaigns.cms.signatures.test_export_answers import ASKED, csv_rows, export_url
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


def url(shape: str = "handover", **query: object) -> str:
    whole = reverse("export_signatures")
    return export_url(**query).replace(whole, reverse("export_columns", args=[shape]))


def typed(**positions: object) -> dict[str, object]:
    """The form data; a column without a position is left out."""
    return {"purpose": "Handover", **{f"columns_{name}": n for name, n in positions.items()}}


def entry() -> dict:
    return ModelLogEntry.objects.filter(action="petition.export").latest("pk").data


def test_the_file_has_the_chosen_columns_in_their_order(teams, people, browse):
    client = browse(people.river_manager)
    Signature.objects.filter(pk=teams.ada.pk).update(country="KE", postcode="00100")

    page = client.get(url()).content.decode()
    answer = client.post(url(), typed(country=1, postcode=" 2 ", name=3))

    assert 'name="columns_approved_comment" id="id_columns_approved_comment" value="6"' in page
    [row] = csv_rows(answer)
    assert list(row.items()) == [
        ("Country", "KE"),
        ("Postcode", "00100"),
        ("Name", "Ada Lovelace"),
    ]
    assert (entry()["shape"], entry()["columns"]) == ("handover", ["country", "postcode", "name"])
    listed = client.get(reverse("exports")).content.decode()
    assert "Columns: Country, Postcode, Name" in listed


def test_what_was_typed_stays_where_it_is_no_number(teams, people, browse):
    client = browse(people.river_manager)
    wrong = {
        "no": typed(name="first", country="2"),
        "none": typed(),
        "zero": typed(name="0"),
        "large": typed(name="9" * 5000),
    }

    answers = {name: client.post(url(), data) for name, data in wrong.items()}

    assert {answer.status_code for answer in answers.values()} == {422}
    page = answers["no"].content.decode()
    assert "“Name”: type a whole number from 1 to 999, or nothing." in page
    assert 'value="first"' in page
    assert 'name="columns_country" id="id_columns_country" value="2"' in page
    assert "Give at least one column a number." in answers["none"].content.decode()
    assert not ModelLogEntry.objects.filter(action="petition.export").exists()


def test_two_with_one_position_stand_where_they_were_moved_to():
    before = list("abcd")

    assert ordered({"a": 1, "b": 2, "c": 3, "d": 1}, before) == list("dabc")
    assert ordered({"a": 3, "b": 2, "c": 3, "d": 4}, before) == list("bcad")
    assert ordered({"a": 1, "b": 2, "d": 2}, before) == list("adb")


def test_answers_alone_are_no_file():
    field = ColumnsField(cells=EVERYTHING.cells, initial=EVERYTHING.cells)

    with pytest.raises(ValidationError, match="other than the answers"):
        field.clean({ANSWERS: "1"})
    assert field.clean({ANSWERS: "1", "name": "2"}) == [ANSWERS, "name"]


def test_no_column_of_another_shape_comes_into_a_file(teams, people, browse):
    client = browse(people.river_manager)

    answer = client.post(url(), typed(name=2, email=1, phone=3))

    [row] = csv_rows(answer)
    assert row == {"Name": "Ada Lovelace"}
    assert [HANDOVER.with_columns(EVERYTHING.cells).cells] == [
        tuple(name for name in EVERYTHING.cells if name in HANDOVER.cells)
    ]


def test_answers_stand_where_they_were_put_and_programs_find_them_by_name(teams, people, browse):
    question = [("checkbox", {"label": "Can you plant trees?", "is_personal": False})]
    petition = make_petition(slug="trees", collection=teams.river, questions=question)
    [asked] = petition.asked_questions
    make_signature(petition, replies={"other": {asked.key: True}})
    client = browse(people.river_manager)
    where = {"petition": petition.pk}

    [row] = csv_rows(client.post(url("analysis", **where), typed(answers=1, day=2)))
    lines = client.post(url("analysis", format="jsonl", **where), typed(answers=1, day=2))
    book = client.post(url("analysis", format="xlsx", **where), typed(day=2))

    assert list(row) == ["Can you plant trees?", "Day of signing"]
    assert row["Can you plant trees?"] == "yes"
    line = json.loads(b"".join(lines.streaming_content))
    assert line == {"day": row["Day of signing"], "answers": {"Can you plant trees?": "yes"}}
    assert b"".join(book.streaming_content).startswith(b"PK")


def test_an_analysis_is_sorted_by_the_columns_that_are_left(teams, people, browse):
    """The order of the rows must not reveal what the cells do not."""
    for country, source in (("DE", "b"), ("AR", "c"), ("DE", "a")):
        make_signature(teams.ours, email=f"{source}@example.org", country=country, source=source)

    answer = browse(people.river_manager).post(url("analysis"), typed(source=1, country=2))

    rows = [(row["Source"], row["Country"]) for row in csv_rows(answer)]
    assert rows == sorted(rows)
    assert ANALYSIS.with_columns(["source"]).is_sorted


def test_each_shape_needs_its_own_permission(teams, browse):
    make_team("Mailers", teams.river, "view_signatures", "export_mailing")
    make_team("Writers", teams.forest, "view_signatures", "export_handover")
    mailer = browse(make_user("mailer", "Mailers"))
    both = browse(make_user("both", "Mailers", "Writers"))

    page = mailer.get(export_url()).context["form"]
    refused = mailer.post(export_url(), {**ASKED, "shape": "handover"})
    closed = {key: mailer.get(url(key)).status_code for key in [*SHAPES, "secrets"]}
    handed = both.post(export_url(), {**ASKED, "shape": "handover"})

    assert list(page.counts) == ["mailing"]
    assert refused.status_code == 422
    assert closed == {**dict.fromkeys(SHAPES, 302), "mailing": 200, "secrets": 404}
    # Each shape has the signatures of the collections for which it was given.
    assert both.get(export_url()).context["form"].counts == {"handover": 1, "mailing": 0}
    assert [row["Name"] for row in csv_rows(handed)] == ["Grace Hopper"]
