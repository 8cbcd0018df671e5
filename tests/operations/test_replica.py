"""What is read from a replica: a second PostgreSQL, which follows the one of the tests."""

import csv
import io
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pyrage
import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.exports import csv as exported
from campaigns.exports import later_exports, rows
from campaigns.exports.shapes import EVERYTHING
from campaigns.exports.xlsx import xlsx_file
from campaigns.models import Signature
from operations.backups import contents, making
from operations.backups.backup_record import Backup
from operations.doctor import replicas
from operations.doctor.findings import Asked
from operations.metrics import gauges
from operations.postgresql import replica
from servers import postgres
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica"])
OURS = (Path(site.VAR) / "test-postgres").resolve()  # in memory, if there is room
END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
PAUSE, RESUME = "SELECT pg_wal_replay_pause()", "SELECT pg_wal_replay_resume()"


@pytest.fixture(scope="module", autouse=True)
def standby(worker_id: str, django_db_setup: None) -> Iterator[Path]:
    """A replica. Django's settings are as if REPLICA_URL named it."""
    if os.environ.get("DATABASE_URL"):
        pytest.skip("A replica is made of the server that the tests start themselves.")
    server = OURS.with_name(f"test-replica-{worker_id}")
    shutil.rmtree(server, ignore_errors=True)
    postgres.replicate(server, of=OURS, name="db2")
    with postgres.running(server, durable=False):
        here = connections.settings["default"]
        connections.settings[replica.ALIAS] = here | {
            "HOST": str(postgres.sockets(server)),
            "TEST": here["TEST"] | {"MIRROR": "default"},
        }
        yield server
        del connections.settings[replica.ALIAS]
    shutil.rmtree(server)


@pytest.fixture(autouse=True)
def following(transactional_db: None, standby: Path) -> Iterator[None]:
    yield
    connections[replica.ALIAS].close()
    connections[replica.ALIAS].settings_dict["HOST"] = str(postgres.sockets(standby))


def asked(query: str) -> list[tuple]:
    with connections[replica.ALIAS].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@contextmanager
def standing_still() -> Iterator[None]:
    asked(PAUSE)
    try:
        yield
    finally:
        asked(RESUME)


def names(content: bytes) -> list[str]:
    return [row["Name"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


def as_csv() -> bytes:
    heading = rows.headings()
    return b"".join(piece.content for piece in exported.csv_file(Signature.objects.all(), heading))


def test_a_file_is_read_there_and_lacks_nothing_that_was_just_written(monkeypatch):
    monkeypatch.setattr(replica, "PATIENCE", 60)  # other tests may fill the server's log meanwhile
    petition = make_petition()
    for number in range(20):
        make_signature(petition, name=f"Ada {number}", email=f"ada{number}@example.org")

        with CaptureQueriesContext(connections["default"]) as here:
            content = as_csv()

        assert sorted(names(content)) == sorted(f"Ada {each}" for each in range(number + 1))
        assert not any("COPY" in query["sql"] for query in here)


@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx"])
def test_files_of_jobs_are_those_of_the_primary(format):
    petition = make_petition()
    make_signature(petition, name="Ada", email="ada@example.org")
    signatures = Signature.objects.all()
    wanted = later_exports.order(signatures, rows.headings(), [], EVERYTHING, format=format)

    def made() -> list[int]:
        made = later_exports.made(wanted, advance=lambda number: None, counts=Counter())
        return [piece.rows for piece in made]

    with CaptureQueriesContext(connections[replica.ALIAS]) as there:
        found = made()

    assert sum(found) == 1
    assert any("campaigns_signature" in query["sql"] for query in there) or format != "xlsx"
    assert sum(piece.rows for piece in xlsx_file(signatures, rows.headings())) == 1


def test_one_that_is_late_or_away_is_not_waited_for_and_the_doctor_says_so(monkeypatch):
    petition = make_petition()
    assert [each.what for each in replicas.check(Asked())] == []

    with standing_still(), monkeypatch.context() as patch:
        patch.setattr(replica, "PATIENCE", 0.1)
        make_signature(petition, name="Ada", email="ada@example.org")

        assert names(as_csv()) == ["Ada"]
        assert replica.alias() == "default"
        [late] = replicas.check(Asked())
        assert "does not answer, or is more than 0.1 s behind" in late.what
        assert not late.is_fault

    assert replica.alias() == "replica"
    connections[replica.ALIAS].close()
    connections[replica.ALIAS].settings_dict["HOST"] = "/nowhere"
    assert names(as_csv()) == ["Ada"]
    assert len(list(replicas.check(Asked()))) == 1


def test_what_has_become_a_primary_is_no_replica():
    connections[replica.ALIAS].settings_dict["HOST"] = connections["default"].settings_dict["HOST"]

    assert replica.alias() == "default"


def test_the_statistics_are_read_there(admin_client):
    petition = make_petition()
    make_signature(petition, name="Ada", email="ada@example.org")
    url = reverse("signatures_statistics")

    with CaptureQueriesContext(connections[replica.ALIAS]) as there:
        page = admin_client.get(url, {"petition": petition.pk})
        file = admin_client.get(url, {"chart": "hours", "format": "csv"})

    assert (page.status_code, file.status_code) == (200, 200)
    assert sum("campaigns_signature" in query["sql"] for query in there) >= 2
    assert file.content.decode().count('"1"') == 1


def test_a_backup_is_read_there_and_holds_all(settings, tmp_path):
    settings.BACKUP_RECIPIENTS = [str(pyrage.x25519.Identity.generate().to_public())]
    settings.BACKUP_FOLDER, settings.MEDIA_ROOT = tmp_path / "backups", tmp_path
    make_signature(make_petition(), name="Ada", email="ada@example.org")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_stat_reset()")
    before = read_rows()

    call_command("backup")

    [file] = tmp_path.glob("backups/*.age")
    assert file.stat().st_size > 10_000
    assert read_rows() > before  # pg_dump read the tables of that server


def test_a_backup_that_the_replica_breaks_off_is_made_of_the_primary(
    settings, tmp_path, monkeypatch, capsys
):
    settings.BACKUP_RECIPIENTS = [str(pyrage.x25519.Identity.generate().to_public())]
    settings.BACKUP_FOLDER, settings.MEDIA_ROOT = tmp_path / "backups", tmp_path
    make_petition()
    dump, used = contents.dump, []

    def broken_off(snapshot: str, *, using: str) -> Iterator[bytes]:
        used.append(using)
        if using == replica.ALIAS:  # as where its own work with the log had to wait for too long
            asked(END_OTHERS)
        return dump(snapshot, using=using)

    monkeypatch.setattr(contents, "dump", broken_off)
    call_command("backup", "--untried")

    assert used == ["replica", "default"]
    assert len(list(tmp_path.glob("backups/*"))) == 2  # with the ledger of erasures
    assert capsys.readouterr().err.startswith("The replica was not read to the end, so ")


def read_rows() -> int:
    [(number,)] = asked(
        "SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname = 'wagtailcore_page'"
    )
    return int(number)


def test_prometheus_reads_how_far_it_is():
    make_petition()
    assert replica.alias() == "replica"

    [behind] = [each for each in gauges.ours() if each.name == "lastdrop_replica_behind_bytes"]

    [sample] = behind.samples
    assert sample.labels == {"replica": "db2"}
    assert json.loads(str(sample.value)) >= 0


def test_a_backup_may_be_of_a_server_that_was_recovered(standby, settings, tmp_path):
    """The rows are those of the other server; the history is stored in the site's database."""
    key = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENTS = [str(key.to_public())]
    settings.BACKUP_FOLDER, settings.MEDIA_ROOT = tmp_path / "backups", tmp_path
    make_signature(make_petition(), name="Ada", email="ada@example.org")
    assert replica.alias() == "replica"
    there = quote(str(postgres.sockets(standby)), safe="")
    name = connections["default"].settings_dict["NAME"]
    url = f"postgres://postgres@{there}:5432/{name}"

    with pytest.raises(CommandError, match="still being recovered, so there is no backup"):
        call_command("backup", "--from", url)
    assert not Backup.objects.exists()
    with standing_still():
        make_signature(make_petition(slug="later"), name="Eve", email="eve@example.org")
        call_command("backup", "--untried", "--from", url)
        [(replayed_at,)] = asked("SELECT pg_last_xact_replay_timestamp()")

    [backup] = Backup.objects.all()
    assert backup.made_at == replayed_at  # The doctor checks how old the last backup is.
    found = making.attempt(settings.BACKUP_FOLDER / backup.file, [key])
    assert (found.rows["campaigns_signature"], Signature.objects.count()) == (1, 2)
    with pytest.raises(CommandError, match="--from must read postgres://"):
        call_command("backup", "--from", "db2:5433")

    Backup.objects.all().delete()
    del connections["recovered"]
    own = quote(str(postgres.sockets(OURS)), safe="")
    restarted = ("--untried", "--from", f"postgres://postgres@{own}:5432/{name}")
    with pytest.raises(CommandError, match="does not say to which moment it was recovered"):
        call_command("backup", *restarted)
    for wrong in ("yesterday", "2026-02-30 14:59+00", "2026-03-01 14:59", "9999-01-01 00:00+00"):
        with pytest.raises(CommandError, match="--moment must read like "):
            call_command("backup", *restarted, "--moment", wrong)
    assert not any(settings.BACKUP_FOLDER.glob("*.part"))
    call_command("backup", *restarted, "--moment", "2026-03-01 14:59:00+00")
    assert Backup.objects.get().made_at == datetime(2026, 3, 1, 14, 59, tzinfo=UTC)
