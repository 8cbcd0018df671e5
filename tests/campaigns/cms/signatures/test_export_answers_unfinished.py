"""What the histories say about exports that are running, were cut off, or whose process died."""

import contextlib

import pytest
from django.db import connection
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.cms.permissions import signatures_for
from campaigns.cms.signatures import export_answers, recording
from campaigns.exports.shapes import EVERYTHING, HANDOVER
from campaigns.models import Signature
from operations import locks
from tests import database
from tests.campaigns.cms.signatures.test_export_answers import ASKED, download, entry, export_url
from tests.factories import make_signature

SENTENCE = "You have started exactly this export already, and it is still running."


@pytest.fixture
def begin(people, teams, rf, monkeypatch):
    """A function that begins an export of six signatures in small pieces."""
    monkeypatch.setattr("campaigns.exports.csv.PIECE", 1)
    monkeypatch.setattr("campaigns.exports.xlsx.PIECE", 1000)
    for number in range(5):
        make_signature(teams.ours, email=f"{number}@example.org")

    def begun(format="csv", user=people.river_manager):
        request = rf.get("/")
        request.user = user
        signatures = signatures_for(user, "export").order_by("pk")
        asked = {
            "shape": EVERYTHING,
            "filters": {},
            "searched": False,
            "purpose": "Handover",
        }
        export = export_answers.Export(request, signatures, format=format, **asked)
        return export_answers.respond(export, lock="this export")

    return begun


def read(response, pieces):
    stream = iter(response.streaming_content)
    for _ in range(pieces):
        next(stream)


def cut_off(response):
    """Close the response as the server does, but without signals, which would end the test."""
    for close in response._resource_closers:
        close()


def told():
    return (entry().data["rows"], entry().data["finished"])


def test_an_export_is_not_finished_before_it_is(begin):
    response = begin()
    before = told()
    b"".join(response.streaming_content)

    assert (before, told()) == ((6, False), (6, True))


def test_the_log_says_how_much_had_left_when_the_reader_went_away(begin):
    response = begin()
    read(response, 2)  # the headings with a row, and another row
    cut_off(response)

    assert told() == (2, False)
    assert entry().message == (
        "Export not finished: at most 2 of 6 signatures left the site as CSV (Everything; all), "
        f"purpose: Handover, file: {entry().data['file']}"
    )


def test_of_a_workbook_nothing_leaves_before_it_is_whole(begin):
    response = begin("xlsx")
    before = told()
    read(response, 1)
    cut_off(response)

    assert (before, told()) == ((0, False), (6, False))


def test_of_several_petitions_each_history_says_how_much_can_have_left(begin, people, teams):
    response = begin(user=people.manager)
    read(response, 3)
    cut_off(response)

    entries = ModelLogEntry.objects.filter(action="petition.export").order_by("pk")
    assert [(each.data["counted"], each.data["rows"]) for each in entries] == [(6, 3), (1, 1)]
    assert {each.data["finished"] for each in entries} == {False}


def test_the_history_of_a_signature_does_not_claim_that_it_left(begin, people, teams, browse):
    response = begin()
    read(response, 2)
    cut_off(response)

    address = reverse("signatures_modeladmin_history", args=[teams.ada.pk])
    page = browse(people.administrator).get(address).content.decode()

    assert "This signature may be among them if it matched the filters at that time." in page
    assert "The file contains this signature" not in page


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_rows_are_announced_before_they_leave_and_seen_by_others_meanwhile(begin, monkeypatch):
    monkeypatch.setattr(recording, "STEP", 2)
    monkeypatch.setitem(export_answers.ANNOUNCED, "csv", 2)
    seen = []
    response = begin()
    with contextlib.closing(connection.copy()) as other:
        seen.append(rows_seen_by(other))
        for _ in iter(response.streaming_content):
            seen.append(rows_seen_by(other))

    assert seen == [2, 2, 2, 5, 5, 5, 6, 6]
    assert told() == (6, True)


def rows_seen_by(other):
    with other.cursor() as cursor:
        cursor.execute(f"SELECT data->>'rows' FROM {ModelLogEntry._meta.db_table}")
        return int(cursor.fetchall()[-1][0])


@contextlib.contextmanager
def running(user, format="csv", shape=EVERYTHING, **query):
    """Another process holds the lock, as it does while it sends the file."""
    name = export_answers.lock_name(user, shape, format, query)
    with database.transaction_elsewhere() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        yield


def test_a_second_press_is_told_so_and_may_have_a_second_file(teams, people, browse):
    client = browse(people.river_manager)
    address = export_url(state="confirmed", country="")

    with running(people.river_manager, state="confirmed"):
        asked = client.get(address).content.decode()
        pressed = client.post(address, ASKED)
        nothing = ModelLogEntry.objects.filter(action="petition.export").exists()
        second = client.post(address, {**ASKED, "second": "yes"})
    afterwards = client.get(address).content.decode()

    assert SENTENCE in asked
    assert 'name="second" value="yes">Download a second CSV file' in pressed.content.decode()
    assert (pressed.status_code, SENTENCE in pressed.content.decode()) == (409, True)
    assert 'value="Handover"' in pressed.content.decode()  # what was typed is kept
    assert nothing is False
    assert (second.status_code, second["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert SENTENCE not in afterwards


@pytest.mark.parametrize(
    "other",
    [
        {"state": "pending"},
        {"source": "ada"},
        {"format": "xlsx"},
        {"user": "manager"},
        {"shape": HANDOVER},
    ],
)
def test_another_export_or_somebody_elses_is_not_held_up(other, teams, people, browse):
    user = getattr(people, other.get("user", "river_manager"))
    query = {name: text for name, text in other.items() if name != "user"}

    with running(user, **query):
        response = download(browse(people.river_manager))

    assert response.status_code == 200


def test_the_lock_is_seen_by_others_only_and_ends_with_its_transaction(db):
    with database.transaction_elsewhere() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["a lock"])
        during = locks.is_held("a lock"), locks.is_held("another")
        cursor.execute("ROLLBACK")

    assert (during, locks.is_held("a lock")) == ((True, False), False)
    assert (locks.take("own"), locks.is_held("own")) == (True, False)
    assert not Signature.objects.exists()
