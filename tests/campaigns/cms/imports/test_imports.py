"""A manager uploads a list, maps its columns, checks the result, imports it and undoes it."""

import threading
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from campaigns.imports import importing, reading, waiting
from campaigns.models import Import, Signature, Tally
from operations.jobs.job import Job
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.operations.jobs.kind import work_off

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LIST = "Nom;Courriel;Pays;Feuille\nGrace;grace@example.net;FR;1\nAda;ada@example.org;;\n;x;;\n"
ABOUT = {
    "encoding": "",
    "channel": "paper",
    "signed_on": "2026-03-01",
    "reason": "Typed by the office; sheets in folder 12",
    "consent": "I agree that my name is handed over.",
}
COLUMNS = {
    "day_first": "yes",
    **{f"column-{place}": key for place, key in enumerate(["name", "email", "country", "sheet"])},
}

UNDO = {"reason": "The wrong list", "typed": "1"}


@pytest.fixture
def manager(people, browse):
    return browse(people.river_manager)


def work_off_all() -> None:
    """Do two jobs in turn, since only one job of a person runs at a time."""
    for _ in range(2):
        work_off()


def upload(manager, petition, content=LIST, name="sheets.csv", **about):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return manager.post(url("import_list", petition.pk), {**ABOUT, "file": file, **about})


def test_a_list_is_checked_imported_and_undone(manager, teams):
    asked = manager.get(url("import_list", teams.ours.pk)).content.decode()
    uploaded = upload(manager, teams.ours)
    subject = Import.objects.get()
    columns = manager.get(uploaded["Location"]).content.decode()
    checking = manager.post(uploaded["Location"], COLUMNS)
    work_off()
    jobs = manager.get(reverse("jobs")).content.decode()
    checked = Job.objects.get()
    file = b"".join(manager.get(reverse("job_file", args=[checked.pk])).streaming_content)
    path = url("import", teams.ours.pk, subject.pk)
    question = manager.get(path).content.decode()
    before = Signature.objects.filter(tally=teams.ours.tally).count()
    for _ in range(2):  # a double click
        manager.post(path)
    work_off_all()
    stored = Signature.objects.get(name="Grace", tally=teams.ours.tally)
    shown = manager.get(reverse("signatures_modeladmin_inspect", args=[stored.pk])).content.decode()
    ledger = manager.get(url("ledger", teams.ours.pk)).content.decode()
    jobs_meanwhile = manager.get(reverse("jobs")).content.decode()
    undo = url("undo_import", teams.ours.pk, subject.pk)
    asked_to_undo = manager.get(undo).content.decode()
    manager.post(undo, UNDO)
    work_off()
    jobs_afterwards = manager.get(reverse("jobs")).content.decode()
    history = manager.get(url("history", teams.ours.pk)).content.decode()

    assert "The import sends their signers no emails." in asked
    assert "3 rows, with their headings above." in columns
    assert "grace@example.net" in columns
    assert checking["Location"] == reverse("jobs")
    assert "1 row can be imported." in jobs
    assert "1 person has already signed, or is in the list twice. 1 row has an error." in jobs
    assert path in jobs
    wrong = {row[0]: row[1:3] for row in reading.read(file).rows}
    assert wrong["3"] == ["This person has signed already.", "Ada"]
    assert wrong["4"][0].startswith("The name is missing.")
    assert "Import 1 signature" in question
    assert before == 1
    assert [job.error for job in Job.objects.filter(kind="import").order_by("made_at")] == [
        *("", "gone"),
    ]
    assert "folder 12" in ledger
    assert undo in ledger
    assert [undo in jobs_meanwhile, undo in jobs_afterwards] == [True, False]
    assert f'"{path}"' not in jobs_meanwhile  # the import is not offered again
    for text in ("sheets.csv", "I agree that my name is handed over."):
        assert text in shown
    assert "All signatures that came with this list are deleted" in asked_to_undo
    assert "and those that counted no longer count." in asked_to_undo
    assert "Delete 1 signature" in asked_to_undo
    assert Signature.objects.filter(tally=teams.ours.tally).count() == 1
    assert "1 signature imported (on paper)" in history
    assert "Import undone: 1 signature deleted (on paper): The wrong list" in history


def test_the_same_file_is_pointed_out_before_it_counts_twice(manager, teams):
    pages = []
    for content in (LIST, LIST.replace(";", ","), LIST + "Bea;;;"):
        path = upload(manager, teams.ours, content)["Location"]
        manager.post(path, COLUMNS)
        work_off()
        confirming = url("import", teams.ours.pk, Import.objects.latest("pk").pk)
        pages.append(manager.get(confirming).content.decode())
        if len(pages) == 1:
            manager.post(confirming)
            work_off()

    day = date_format(timezone.localdate())
    text = f"The same file was imported on {day}."
    assert [text in page for page in pages] == [False, True, False]


@pytest.mark.django_db  # no job
def test_a_double_click_uploads_one_list_and_another_file_is_another(manager, teams):
    token = {"csrfmiddlewaretoken": "a" * 64}

    places = [upload(manager, teams.ours, **token)["Location"] for _ in range(2)]
    upload(manager, teams.ours, f"{LIST}Bea;;;", **token)

    assert places[0] == places[1]
    assert Import.objects.count() == 2


@pytest.mark.django_db  # no job
def test_what_is_no_list_is_an_error_of_the_form_and_what_was_typed_stays(manager, teams):
    tomorrow = timezone.localdate() + timedelta(days=1)
    answers = {
        "This file has one row only.": upload(manager, teams.ours, "Name\n"),
        "neither a CSV file nor a workbook": upload(manager, teams.ours, bytes(500)),
        "The submitted file is empty.": upload(manager, teams.ours, ""),
        "cannot be read as UTF-8": upload(manager, teams.ours, b"N\n\xe9\n", encoding="utf-8"),
        "This day is in the future.": upload(manager, teams.ours, signed_on=str(tomorrow)),
        "This field is required.": upload(manager, teams.ours, consent=" "),
    }

    for text, answer in answers.items():
        assert answer.status_code == 422
        assert text in answer.content.decode()
        assert "sheets in folder 12" in answer.content.decode()
    assert not Import.objects.exists()


@pytest.mark.django_db  # no job
def test_encoding_and_delimiter_may_be_chosen(manager, teams):
    content = "Name,Email;Why\nJosé,jose@example.org;x\n".encode("mac-roman")

    upload(manager, teams.ours, content, encoding="mac-roman", delimiter=",")

    subject = Import.objects.get()
    assert subject.found == {"encoding": "mac-roman", "delimiter": ","}
    assert [row for _number, row in waiting.rows_of(subject)] == [
        ["Name", "Email;Why"],
        ["José", "jose@example.org;x"],
    ]


@pytest.mark.django_db  # no job
def test_the_columns_need_a_name_and_each_meaning_once(manager, teams):
    path = upload(manager, teams.ours)["Location"]

    twice = manager.post(path, COLUMNS | {"column-1": "name"})
    without = manager.post(path, COLUMNS | {"column-0": ""})
    unknown = manager.post(path, COLUMNS | {"column-0": "password"})

    assert "Two columns are chosen as “full name”." in twice.content.decode()
    assert "Please choose the column with the name." in without.content.decode()
    assert [answer.status_code for answer in (twice, without, unknown)] == [422] * 3
    assert not Job.objects.exists()


@pytest.mark.django_db  # no job
def test_who_may_not_bring_in_or_not_see_who_has_signed_gets_nowhere(
    teams, people, browse, manager
):
    upload(manager, teams.ours)
    subject = Import.objects.get()
    group = make_team("Blind", teams.river, "import_signatures")
    blind = make_user("blind")
    blind.groups.add(group)
    paths = [
        url("import_list", teams.ours.pk),
        *(url(name, teams.ours.pk, subject.pk) for name in ("import_columns", "import")),
        url("undo_import", teams.ours.pk, subject.pk),
    ]

    for user in (people.editor, people.moderator, blind):
        answers = [browse(user).get(path) for path in paths]
        assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/admin/")}
    other = url("import_columns", teams.theirs.pk, subject.pk)
    assert browse(people.administrator).get(other).status_code == 404


def test_a_right_that_is_gone_when_the_job_begins_stops_it(manager, teams, people):
    path = upload(manager, teams.ours)["Location"]
    manager.post(path, COLUMNS)
    people.river_manager.groups.clear()
    grant(make_team("Others", teams.forest), teams.forest, "import_signatures")

    work_off()

    assert Job.objects.get().error == "forbidden"
    assert Tally.objects.get(petition=teams.ours).total == 0


def test_the_file_of_the_job_is_in_the_language_of_the_screens(manager, teams):
    german = {"headers": {"accept-language": "de"}}
    content, name = "Name;Land\nGrace;Frankreich\nAda;Atlantis\n", "Подписи “март”.csv"
    path = upload(manager, teams.ours, content, name=name)["Location"]
    manager.post(path, {"column-0": "name", "column-1": "country"}, **german)
    work_off()

    job = Job.objects.get()
    answer = manager.get(reverse("job_file", args=[job.pk]))
    file = b"".join(answer.streaming_content)
    # It is named after the list, in any script.
    name = quote("Подписи “март”-rows-to-correct.xlsx")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert (job.result["fit"], job.result["wrong"]) == (1, 1)
    with override("de"):
        reason = gettext("This country is not known: %s.") % "Atlantis"
        assert reading.read(file).rows == [
            [gettext("Row"), gettext("What is wrong"), "Name", "Land"],
            ["3", reason, "Ada", "Atlantis"],
        ]
        assert reason != "This country is not known: Atlantis."


def test_nothing_is_imported_once_somebody_in_the_list_has_withdrawn(manager, teams):
    content = "Name;Email\nGrace;grace@example.net\nAda;ada@example.org\n"
    uploaded = upload(manager, teams.ours, content)
    manager.post(uploaded["Location"], {"column-0": "name", "column-1": "email"})
    work_off()
    Signature.objects.filter(tally=teams.ours.tally).delete()

    manager.post(url("import", teams.ours.pk, Import.objects.get().pk))
    work_off()
    jobs = manager.get(reverse("jobs")).content.decode()

    assert "Nothing was imported: other rows fit than when the list was checked." in jobs
    assert not Signature.objects.filter(tally=teams.ours.tally).exists()
    assert Import.objects.get().state == "checked"


def test_a_list_that_is_being_imported_or_was_is_not_checked_again(manager, teams, monkeypatch):
    """Somebody goes back to the columns while the job imports the list."""
    path = upload(manager, teams.ours)["Location"]
    manager.post(path, COLUMNS)
    work_off()
    subject, answers, store = Import.objects.get(), [], importing.insert

    def meanwhile(*args, **kwargs):
        from_elsewhere = threading.Thread(target=press, daemon=True)
        from_elsewhere.start()
        from_elsewhere.join(timeout=5)
        return store(*args, **kwargs)

    def press():
        answers.append(manager.post(path, COLUMNS))
        connections.close_all()

    monkeypatch.setattr(importing, "insert", meanwhile)
    manager.post(url("import", teams.ours.pk, subject.pk))
    work_off()
    with pytest.raises(importing.Gone):  # from a screen that was opened before
        importing.choose(subject, subject.meanings, day_first=True)

    [answer] = answers
    assert answer["Location"] == url("ledger", teams.ours.pk)
    assert list(Job.objects.order_by("made_at").values_list("kind", "state")) == [
        *(("check_import", "done"), ("import", "done")),
    ]
    assert Import.objects.get().state == "done"
    told = manager.get(answer["Location"]).content.decode()
    assert "The list is no longer there, or somebody has already done this." in told
