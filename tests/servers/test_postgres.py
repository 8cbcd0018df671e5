"""The embedded PostgreSQL recovers by itself and has one owner."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from servers import postgres
from servers.processes import Problem


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database whose server is not running. Its first start had been cut short."""
    folder = tmp_path_factory.mktemp("postgres") / "folder"
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "PG_VERSION").write_text("18\n")
    with postgres.running(folder, durable=False) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE drop (number int)")
    return folder


@pytest.fixture
def folder(made: Path) -> Iterator[Path]:
    yield made
    postgres.stop(made)


@pytest.fixture
def stranger(folder: Path) -> Iterator[subprocess.Popen]:
    """Another process of the server's user; PostgreSQL itself recognises those of other users."""
    with subprocess.Popen(["sleep", "60"], user=folder.stat().st_uid) as process:
        yield process
        process.kill()


def begin(folder: Path) -> None:
    postgres.start(folder, durable=False)  # What is on a disk is not asked here.


def pid_in(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def answer(folder: Path) -> list[tuple]:
    with psycopg.connect(postgres.url(folder)) as connection:
        return connection.execute("SELECT count(*), current_database() FROM drop").fetchall()


def servers_of(folder: Path) -> list[str]:
    """The processes that work in the data folder, after a moment for those that are ending."""
    found = []
    for _ in range(50):
        found = [each.name for each in Path("/proc").glob("[0-9]*") if works_in(folder, each)]
        if not found:
            break
        time.sleep(0.1)
    return found


def works_in(folder: Path, process: Path) -> bool:
    try:
        return (process / "cwd").samefile(folder / "data")
    except OSError:
        return False


def leave_pid(folder: Path, process: subprocess.Popen) -> None:
    (folder / "data" / "postmaster.pid").write_text(f"{process.pid}\n")


def test_it_keeps_what_it_was_given_has_one_owner_and_leaves_nothing_running(folder: Path):
    with postgres.running(folder, durable=False):
        before = pid_in(folder)
        with (
            pytest.raises(Problem, match="already running here"),
            postgres.running(folder, durable=False),
        ):
            pass
        assert answer(folder) == [(0, "lastdrop")]  # who was refused has not stopped it

        begin(folder)
        assert pid_in(folder) == before

    assert servers_of(folder) == []
    assert not (folder / "data" / "postmaster.pid").exists()
    assert not list(folder.glob(".s.PGSQL*"))


def test_only_its_user_may_look_inside(folder: Path):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "data").stat().st_mode & 0o777 == 0o700


def test_a_pid_file_that_names_another_process_is_in_nobodys_way(folder: Path, stranger):
    leave_pid(folder, stranger)

    begin(folder)

    assert answer(folder) == [(0, "lastdrop")]
    assert stranger.poll() is None


def test_a_pid_file_that_names_a_zombie_is_in_nobodys_way(folder: Path):
    zombie = subprocess.Popen(["true"], user=folder.stat().st_uid)
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    leave_pid(folder, zombie)

    begin(folder)

    assert answer(folder) == [(0, "lastdrop")]
    zombie.wait()


def test_it_starts_again_after_being_killed(folder: Path):
    begin(folder)
    os.kill(pid_in(folder), signal.SIGKILL)

    begin(folder)

    assert answer(folder) == [(0, "lastdrop")]


def test_stopping_what_does_not_run_is_calm(folder: Path):
    postgres.stop(folder)

    assert servers_of(folder) == []


def test_a_first_start_that_was_cut_short_is_begun_again(folder: Path):
    begin(folder)

    assert answer(folder) == [(0, "lastdrop")]
    assert not (folder / "new").exists()


@pytest.mark.parametrize("name", ["a" * 100, "with, comma", "$HOME 'quoted\""])
def test_a_path_that_no_socket_can_have_gets_one_elsewhere(tmp_path: Path, name: str):
    url = postgres.url(tmp_path / name)

    assert url.startswith(f"postgres://postgres@%2Ftmp%2Flastdrop-{os.getuid()}-")


def test_what_goes_wrong_is_said_in_one_sentence(tmp_path: Path):
    (tmp_path / "folder").write_text("not a folder")

    with pytest.raises(Problem, match=r"^No database in .*/folder: File exists\.$"):
        postgres.start(tmp_path / "folder")


@pytest.fixture
def install(tmp_path: Path, monkeypatch) -> Callable[[str], Path]:
    """Install a fake PostgreSQL, which only prints its version, where pg_config finds it."""

    def install(version: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        said = {"pg_config": folder, "postgres": f"postgres (PostgreSQL) {version} (Debian)"}
        for name in ("pg_config", "postgres", "initdb", "pg_ctl"):
            (folder / name).write_text(f"#!/bin/sh\necho '{said.get(name, name)}'\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return folder

    return install


def test_an_installed_server_comes_before_that_of_the_wheel(install):
    folder = install("99.1")

    assert postgres.programs() == folder


def test_an_installed_server_that_is_too_old_is_passed_over(install):
    folder = install("16.4")

    assert postgres.programs() != folder


def test_the_server_of_the_version_that_made_the_data_is_taken(install, folder: Path):
    install("99.1")

    with postgres.running(folder, durable=False):
        assert answer(folder) == [(0, "lastdrop")]


def test_data_of_a_version_that_is_not_here_are_explained_in_one_sentence(tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("12\n")

    with pytest.raises(
        Problem,
        match=r"^The database in .* was made by PostgreSQL 12, which is not on this machine: "
        r"install that version, or delete the folder to begin with an empty database\.$",
    ):
        postgres.start(tmp_path)
