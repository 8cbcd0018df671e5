"""Managers bring in numbers of people who signed elsewhere, and reverse wrong ones."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.counting import counting, ledger
from campaigns.imports import importing, undoing
from campaigns.models import Import, ImportedSignature, LedgerEntry, Signature, Tally
from campaigns.privacy import anonymising
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.campaigns.imports import test_importing as lists
from tests.factories import make_signature

pytestmark = pytest.mark.django_db

SHEETS = {
    "kind": "paper",
    "number": "1,412",
    "sheets": "1–21",
    "collected": "Market in Bamako, 3 March",
    "reason": "Counted by the office; sheets in folder 12",
}
REFUSED = [
    ({"number": "0"}, "Zero changes nothing."),
    ({"number": "many"}, "Enter a whole number."),
    ({"number": "10 000 001"}, "more than 10 million"),
    ({"number": "-5"}, "Only a correction can take something away."),
    ({"number": "−413", "kind": "correction", "sheets": ""}, "which is 412 at the moment"),
    ({"kind": "partner"}, "Only signatures on paper have sheets."),
    ({"sheets": "21–1"}, "write the numbers of the sheets like this"),
    ({"sheets": "20-22"}, "Counted already, in an entry below: 20–21."),
    ({"sheets": "x" * 81}, "at most 80 characters"),
    ({"reason": ""}, "This field is required."),
    ({"kind": "gift"}, "Select a valid choice."),
]


def test_a_manager_enters_a_number_once_and_takes_it_back(teams, people, browse):
    client = browse(people.river_manager)
    path = url("ledger", teams.ours.pk)
    token = {"csrfmiddlewaretoken": "a" * 64}

    answers = [client.post(path, SHEETS | token) for _ in range(2)]  # a double click
    shown = client.get(path).content.decode()
    entry = LedgerEntry.objects.get()
    overview = client.get(url("inspect", teams.ours.pk)).content.decode()
    counter = url("counter_entry", teams.ours.pk, entry.pk)
    asked = client.get(counter).content.decode()
    without = client.post(counter, {"reason": " "})
    done = client.post(counter, {"reason": "Sheets of another petition"}, follow=True)
    again = client.post(counter, {"reason": "Once more"}, follow=True).content.decode()
    history = client.get(url("history", teams.ours.pk)).content.decode()

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (entry.number, entry.entered_by, entry.sheets) == (1412, people.river_manager, "1–21")
    for text in ("1,412", "Sheets 1–21", "Market in Bamako, 3 March", "folder 12", "On paper"):
        assert text in shown
    assert "<strong>1,412</strong>" in shown  # the count; nothing has been counted here yet
    assert f'href="{path}"' in overview
    assert "(1,412 elsewhere)" in overview
    assert "+1,412 on paper" in asked
    assert without.status_code == 422
    assert "The entry has been reversed. The count is now 0." in done.content.decode()
    assert "This entry has already been reversed." in again
    assert "Sheets of another petition" in again
    assert "Reverses the entry of" in again
    assert Tally.objects.get(petition=teams.ours).elsewhere == 0
    assert "Bring in a number: +1,412 (on paper)" in history
    assert "Reverse an entry: −1,412 (on paper)" in history
    assert not ModelLogEntry.objects.filter(data__icontains="folder").exists()


def test_what_corrections_have_taken_away_cannot_be_taken_back_and_that_is_said(
    teams, people, browse
):
    client, path = browse(people.river_manager), url("ledger", teams.ours.pk)
    client.post(path, SHEETS | {"number": "100"})
    client.post(path, SHEETS | {"kind": "correction", "number": "-60", "sheets": ""})
    entry = LedgerEntry.objects.get(number=100)

    answer = client.post(url("counter_entry", teams.ours.pk, entry.pk), {"reason": "Wrong"})

    assert answer.status_code == 422
    assert "which is 40 at the moment" in answer.content.decode()


def test_what_cannot_be_is_refused_and_what_was_typed_stays(teams, people, browse):
    client, path = browse(people.river_manager), url("ledger", teams.ours.pk)
    client.post(path, SHEETS | {"number": "412"})

    for typed, told in REFUSED:
        answer = client.post(path, SHEETS | {"sheets": "30"} | typed)

        assert answer.status_code == 422, typed
        assert told in answer.content.decode(), typed
        assert "Market in Bamako, 3 March" in answer.content.decode(), typed
        assert Tally.objects.get(petition=teams.ours).elsewhere == 412, typed


def test_a_sheet_whose_names_were_imported_is_not_counted_once_more_as_a_number(
    teams, people, browse
):
    about = {"tally": teams.ours.tally, "channel": "paper", "signed_on": "2026-03-01"}
    for sheet, file in ((" 7", "north.csv"), ("BAMAKO 8", "south.csv"), ("9-1", "north.csv")):
        made_in = Import.objects.create(**about, file_name=file, reason="x", consent="x")
        signature = make_signature(teams.ours, email=f"{sheet}@example.org")
        ImportedSignature.objects.create(signature=signature, made_in=made_in, row=2, sheet=sheet)
    client, path = browse(people.river_manager), url("ledger", teams.ours.pk)

    refused = [client.post(path, SHEETS | {"sheets": text}) for text in ("5–9", "Bamako 1–9")]
    told = [answer.content.decode() for answer in refused]
    other = client.post(path, SHEETS | {"sheets": "8, Bamako 7"})

    assert "Imported already, with the list “north.csv”: 7." in told[0]
    assert "Imported already, with the list “south.csv”: bamako 8." in told[1]
    assert ([answer.status_code for answer in refused], other.status_code) == ([422, 422], 302)


def add(client: Client, path: str, token: str) -> int:
    try:
        return client.post(path, SHEETS | {"csrfmiddlewaretoken": token * 64}).status_code
    finally:
        connection.close()


def fold() -> None:
    try:
        counting.fold()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_enter_the_same_sheets_at_the_same_time_count_them_once(teams, people, browse):
    clients = {token: browse(people.river_manager) for token in "ab"}
    path = url("ledger", teams.ours.pk)
    subject = lists.upload(teams.ours, [["Grace", "grace@example.net", "", "30", ""]])
    importing.check(subject, advance=int)

    with ThreadPoolExecutor(3) as pool:
        with transaction.atomic():
            importing.bring_in(subject, by=None, advance=int)
            posts = [pool.submit(add, clients[token], path, token) for token in clients]
            until_they_wait(2)
            pool.submit(fold).result(timeout=20)  # the totals do not wait for the end of the job
        answers = [each.result() for each in posts]

    assert sorted(answers) == [302, 422]
    assert Tally.objects.get(petition=teams.ours).elsewhere == 1412


def test_a_number_that_is_entered_during_an_import_ends_the_import(teams):
    subject = lists.upload(teams.ours, [["Grace", "grace@example.net", "", "Bamako 7", ""]])
    importing.check(subject, advance=int)

    def enter(_rows: int) -> None:
        about = {"kind": "paper", "number": 12, "reason": "Counted.", "by": None}
        ledger.enter(teams.ours, sheets="bamako 5–9", **about)

    with pytest.raises(importing.Changed), transaction.atomic():
        importing.bring_in(subject, by=None, advance=enter)

    assert not ImportedSignature.objects.exists()


def test_who_was_anonymised_before_an_import_was_undone_signed_on_paper_still(
    teams, people, browse
):
    ann, grace = ([name, f"{name}@example.net", "", "1", ""] for name in ("Ann", "Grace"))
    subject = lists.upload(teams.ours, [ann, grace])
    lists.bring_in(subject)
    anonymising.anonymise([Signature.objects.get(name="Grace").pk])
    with transaction.atomic():
        undoing.undo(subject, by=None, advance=int)
    counting.recount()

    shown = browse(people.river_manager).get(url("ledger", teams.ours.pk)).content.decode()

    rows = dict(re.findall(r'<tr><th scope="row">([^<]+)</th><td>([\d,]+)</td></tr>', shown))
    assert rows == {
        "Signed on this site": "1",
        "On paper, with their names": "1",
        "Signatures that are stored here": "2",
    }


def test_who_only_sees_signatures_reads_the_ledger_and_enters_nothing(
    teams, people, browse, editor
):
    path = url("ledger", teams.ours.pk)
    browse(people.river_manager).post(path, SHEETS)
    entry = LedgerEntry.objects.get()
    counter = url("counter_entry", teams.ours.pk, entry.pk)

    client = browse(editor)
    shown = client.get(path).content.decode()
    refused = [client.post(path, SHEETS), client.post(counter, {"reason": "Wrong"})]
    other = browse(people.river_manager).post(url("ledger", teams.theirs.pk), SHEETS)
    foreign = browse(people.administrator).get(url("counter_entry", teams.theirs.pk, entry.pk))

    assert "Market in Bamako, 3 March" in shown
    assert "Add to the count" not in shown
    assert "Reverse" not in shown
    home = reverse("wagtailadmin_home")
    assert [(answer.status_code, answer.url) for answer in refused] == [(302, home)] * 2
    assert (other.status_code, foreign.status_code) == (404, 404)
    assert LedgerEntry.objects.count() == 1


def test_the_list_of_entries_takes_the_same_queries_for_one_and_for_three(
    teams, people, browse, django_assert_num_queries
):
    client, path = browse(people.administrator), url("ledger", teams.ours.pk)
    client.post(path, SHEETS)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    one = len(captured)
    for number in (30, 31):
        client.post(path, SHEETS | {"sheets": str(number)})
    client.get(path)

    with django_assert_num_queries(one):
        client.get(path)
