"""deploy/update renews the files below /etc that nobody has changed."""

import errno
import os
import re
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from unittest.mock import Mock

import pytest

from servers.processes import ROOT


def loaded() -> ModuleType:
    """The script as a module."""
    loader = SourceFileLoader("update", str(ROOT / "deploy" / "update"))
    module = ModuleType(loader.name)
    module.__file__ = loader.path
    exec(loader.get_code(loader.name), vars(module))
    return module


def release(home: Path, name: str, *, worker: str, nginx: str) -> Path:
    folder = home / "releases" / name / "deploy"
    (folder / "systemd").mkdir(parents=True)
    (folder / "systemd" / "lastdrop-worker.service").write_text(worker)
    (folder / "nginx.conf").write_text(nginx)
    return folder.parent


@pytest.fixture
def update(tmp_path, monkeypatch) -> Iterator[ModuleType]:
    """The script, with a home, an /etc, a systemctl and an nginx that refuses the word “wrong”."""
    home, etc, programs = (tmp_path / name for name in ("home", "etc", "programs"))
    for folder in (home, etc / "nginx/sites-enabled", programs):
        folder.mkdir(parents=True)
    site = etc / "nginx/sites-available/lastdrop"
    asked = f'echo "$@" >> {tmp_path}/asked'
    for name, text in {"systemctl": asked, "nginx": f"! grep -q wrong {site}"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    module = loaded()
    (etc / "lastdrop.env").write_text("BASE_URL=https://river.example.org\n")
    vars(module).update(HOME=home, ETC=etc, NGINX=site)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGINT)}
    yield module
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_what_nobody_changed_is_renewed_and_what_somebody_changed_stays(update, capsys):
    home, worker = update.HOME, update.ETC / "systemd/system/lastdrop-worker.service"
    first = release(home, "a", worker="Nice=1", nginx="server_name petition.example.org; # a")
    second = release(home, "b", worker="Nice=2", nginx="server_name petition.example.org; # b")
    third = release(home, "c", worker="Nice=3", nginx="server_name petition.example.org; # c")

    update.place(first)
    placed = (worker.read_text(), update.NGINX.read_text())
    update.place(second)
    renewed = (worker.read_text(), update.NGINX.read_text())
    worker.write_text("Nice=19")
    update.place(third)
    kept = (worker.read_text(), update.NGINX.read_text())

    assert placed == ("Nice=1", "server_name river.example.org; # a")
    assert renewed == ("Nice=2", "server_name river.example.org; # b")
    assert kept == ("Nice=19", "server_name river.example.org; # c")
    assert (home / "placed/systemd/system/lastdrop-worker.service.new").read_text() == "Nice=3"
    assert "lastdrop-worker.service was changed here, and stays" in capsys.readouterr().out
    assert (update.ETC / "nginx/sites-enabled/lastdrop").read_text() == kept[1]


def test_the_worker_starts_anew_with_a_renewed_unit(update, tmp_path):
    """The switch has restarted it before, with the unit of the release before."""
    asked = tmp_path / "asked"
    units = {"a": "Nice=1", "b": "Nice=1", "c": "Nice=2"}
    releases = [release(update.HOME, name, worker=unit, nginx="") for name, unit in units.items()]

    told = []
    for each in releases:
        asked.write_text("")
        update.place(each)
        told.append(asked.read_text().splitlines())

    renewed = ["daemon-reload", "try-restart lastdrop-worker"]
    assert told == [[*renewed, "reload-or-restart nginx"], [], renewed]


def test_a_configuration_that_nginx_refuses_is_put_back(update, capsys):
    first = release(update.HOME, "a", worker="", nginx="# right")
    second = release(update.HOME, "b", worker="", nginx="# wrong")

    update.place(first)
    update.place(second)

    assert update.NGINX.read_text() == "# right"
    assert "nginx refuses its new configuration" in capsys.readouterr().out


def test_a_server_may_speak_another_language(update, monkeypatch):
    """A locked table leads to another attempt, in whatever language PostgreSQL says so."""
    script = release(update.HOME, "a", worker="", nginx="") / "deploy" / "lastdrop"
    said = "psycopg.errors.LockNotAvailable: breche Anweisung ab: Zeitüberschreitung bei Sperre"
    script.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    script.chmod(0o755)
    paused: list[float] = []
    monkeypatch.setattr(update.time, "sleep", paused.append)

    with pytest.raises(SystemExit):
        update.migrate(update.HOME / "releases" / "a")

    assert paused == [update.PAUSE] * 5


@pytest.mark.parametrize(
    ("starts", "is_well", "said"),
    [
        ([False, True], [True], "old runs again"),
        ([False, False], [], "old is not well either"),
        ([True, True], [False, False], "old is not well either"),
    ],
)
def test_only_a_release_that_is_well_is_said_to_run_again(
    update, monkeypatch, starts, is_well, said
):
    old, new = (release(update.HOME, name, worker="", nginx="") for name in ("old", "new"))
    for folder in (old, new):
        (folder / "var/static").mkdir(parents=True)
    answers = {"begin": iter(starts), "is_well": iter(is_well)}
    monkeypatch.setattr(update, "begin", lambda: next(answers["begin"]))
    monkeypatch.setattr(update, "is_well", lambda *, was_ready: next(answers["is_well"]))

    with pytest.raises(SystemExit, match=said):
        update.switch(old, new)

    assert update.current() == old


def test_only_the_newest_releases_stay_and_never_one_that_is_needed(update):
    for name in ("a", "b", "c", "d", "e"):
        release(update.HOME, name, worker="", nginx="")
    update.point("current", update.HOME / "releases/b")
    update.point("previous", update.HOME / "releases/a")

    update.tidy()

    left = sorted(each.name for each in (update.HOME / "releases").iterdir())
    assert (left[:2], len(left)) == (["a", "b"], 3)
    assert update.current() == update.HOME / "releases/b"


class Killed(BaseException):
    """As if the process had got a SIGKILL."""


@pytest.fixture
def three(update, monkeypatch) -> list[Path]:
    """The releases a, b and c, of which b is the current one; c is well wherever it is started."""
    folders = [release(update.HOME, name, worker="", nginx="# all") for name in "abc"]
    for folder in folders:
        (folder / "var/static").mkdir(parents=True)
        (folder / ".built").touch()
    update.point("current", folders[1])
    update.point("previous", folders[0])
    (update.HOME / "placed").mkdir()
    (update.HOME / "placed/enabled").touch()
    for name in ("is_well", "begin", "migrate"):
        monkeypatch.setattr(update, name, lambda *args, **options: True)
    return folders


def killed_while_switching(update, monkeypatch) -> None:
    def kill() -> bool:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(update, "begin", kill)
        with pytest.raises(Killed):
            update.update("c", with_backup=False)


def test_an_update_that_was_killed_while_it_switched_is_finished(update, three, monkeypatch):
    a, b, c = three
    begun: list[Path | None] = []
    killed_while_switching(update, monkeypatch)
    assert (update.current(), (update.HOME / "previous").resolve()) == (c, a)
    monkeypatch.setattr(update, "begin", lambda: begun.append(update.current()) or True)

    update.update("c", with_backup=False)

    assert begun == [c]  # The services run it, too.
    assert (update.current(), (update.HOME / "previous").resolve()) == (c, b)
    update.update("c", with_backup=False)
    assert begun == [c]


def test_going_back_from_a_switch_that_was_killed_is_one_release(update, three, monkeypatch):
    killed_while_switching(update, monkeypatch)

    update.back()

    assert update.current() == three[1]
    update.back()
    assert update.current() == three[2]


def test_a_terminal_that_is_closed_ends_no_switch(update, three, monkeypatch):
    def close() -> bool:
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGINT)
        return True

    signal.signal(signal.SIGHUP, lambda *args: pytest.fail("It was ended."))
    monkeypatch.setattr(update, "begin", close)

    update.update("c", with_backup=False)

    assert update.current() == three[2]


def test_a_full_disk_cuts_no_unit(update):
    unit = update.ETC / "systemd/system/lastdrop-worker.service"
    update.write(unit, "whole")
    unit.chmod(0o640)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            update.write(unit, "x" * 20_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert (unit.read_text(), [*unit.parent.iterdir()]) == ("whole", [unit])
    update.write(unit, "new")
    assert (unit.read_text(), unit.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_release_may_only_be_built(update, three, monkeypatch):
    """Its static files are copied to the machine of nginx before pages ask for them."""
    asked: list[str] = []
    monkeypatch.setattr(update, "built", lambda version: asked.append(version))
    monkeypatch.setattr(update.os, "getuid", lambda: 0)
    monkeypatch.setattr(update.sys, "argv", ["lastdrop-update", "--only-build", "c"])

    update.main()

    assert (asked, update.current()) == (["c"], three[1])


def test_a_folder_that_is_no_release_is_told_and_not_copied(update, tmp_path):
    for folder in (tmp_path / "mistyped", tmp_path):
        with pytest.raises(SystemExit, match=f"^{folder} is not the folder of an unpacked release"):
            update.built(str(folder))

    assert not (update.HOME / "releases").exists()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (subprocess.CalledProcessError(1, ["pip", "install"]), "This failed: pip install."),
        (OSError(errno.ENOSPC, "No space left on device"), "[Errno 28] No space left on device."),
        (shutil.Error([("a", "b", "[Errno 28] No space")] * 9), "[Errno 28] No space."),
        (KeyboardInterrupt(), "This was stopped."),
    ],
)
def test_what_cannot_be_built_takes_no_room_and_is_told(error, told, update, three, monkeypatch):
    """On a full disk, nobody could sign until somebody had deleted the half release."""
    (source := update.HOME / "new").mkdir()
    (source / "manage.py").touch()
    monkeypatch.setattr(update, "build", Mock(side_effect=error))
    monkeypatch.setattr(update.os, "getuid", lambda: 0)
    monkeypatch.setattr(update.sys, "argv", ["lastdrop-update", str(source)])

    with pytest.raises(SystemExit, match=f"^{re.escape(told)} The current release is b.$"):
        update.main()

    assert not (update.HOME / "releases/new").exists()


def test_backups_of_updates_go_after_thirty_days_too(update, three, monkeypatch):
    """On a machine without the timer of the backups nothing else would delete them."""
    run: list[tuple[str, ...]] = []
    monkeypatch.setattr(update, "lastdrop", lambda folder, *command: run.append(command))

    update.update("c", with_backup=True)

    assert run == [("backup", "--keep-days", "30")]
