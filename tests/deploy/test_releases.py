"""Two releases in folders of their own, and a third one that does not start."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from campaigns.models import Signature
from servers import gunicorn
from servers.nginx import HOST
from servers.processes import ROOT
from tests.deploy.conftest import fields, people_sign
from tests.deploy.test_update import loaded
from tests.factories import make_petition
from tests.waiting import wait

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
# Runs gunicorn as `deploy/run -m gunicorn` does, in a fork that has loaded this code already.
BEGIN = """
import os, runpy, sys
import gunicorn.config
run = sys.argv.pop(1)
os.environ.update(LASTDROP_RUN=run, PYTHONPATH="")
os.chdir(os.path.realpath(f"{os.path.dirname(run)}/.."))
gunicorn.config.Chdir.default = os.getcwd()
runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)
"""


def release(home: Path, name: str) -> Path:
    """The folder of a release with this code."""
    folder = home / "releases" / name
    (folder / "var" / "static").mkdir(parents=True)
    (folder / "var" / "static" / f"{name}.css").touch()
    for each in ROOT.iterdir():
        if each.name not in (".venv", "deploy", "var"):
            (folder / each.name).symlink_to(each)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    return folder


def running(folder: Path) -> set[int]:
    """The processes that run in this folder."""
    found = set()
    for entry in Path("/proc").iterdir():
        # A process may have ended by now, or may be another user's.
        with contextlib.suppress(OSError):
            if entry.name.isdecimal() and os.readlink(entry / "cwd") == str(folder):
                found.add(int(entry.name))
    return found


def master(folder: Path) -> int:
    """The process in this folder that is the parent of others there."""
    there = running(folder)
    [found] = [
        pid
        for pid in there
        if there & set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    ]
    return found


def ready(folder: Path) -> list[int]:
    """The workers in this folder that have begun to answer (gunicorn.conf.py)."""
    names = {pid: Path(f"/proc/{pid}/comm").read_text().strip() for pid in running(folder)}
    return [pid for pid, name in names.items() if name == "ready"]


def own(worker: int) -> float:
    """What part of the memory of a process is not shared with others."""
    rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()
    whole, own = (
        int(re.search(rf"^{name}: +(\d+) kB$", rollup, re.MULTILINE)[1])
        for name in ("Rss", "Private_Dirty")
    )
    return own / whole


@pytest.fixture
def update() -> ModuleType:
    return loaded()


@pytest.fixture
def home(transactional_db, front, application, update, tmp_path) -> Iterator[Path]:
    """The first of three releases behind nginx. The test reloads it in the place of systemctl.

    Its first process is a fork. Those that follow it start from nothing.
    """
    home = tmp_path / "home"
    first, _, third = (release(home, name) for name in ("a", "b", "c"))
    (third / "site").unlink()

    def begin() -> bool:
        now = (home / "current").resolve()
        others = [each for each in home.glob("releases/*") if each != now and running(each)]
        commands = [[now / "deploy" / "reload", str(master(each))] for each in others]
        return not any(subprocess.run(command).returncode for command in commands)

    changes = {
        "HOME": home,
        "SOCKETS": application.socket_path.parent,
        "POOLS": (application.socket_path.stem,),
        "settings": lambda: {"BASE_URL": f"https://{HOST}"},
        "begin": begin,
        "place": lambda release: None,
    }
    vars(update).update(changes)
    application.stop()
    update.point("current", first)
    bind = f"unix:{application.socket_path}"
    script, run = tmp_path / "begin.py", home / "current" / "deploy" / "run"
    script.write_text(BEGIN)
    options = ("--config", "gunicorn.conf.py", "--bind", bind, "--workers", "2")
    process = application.run(str(script), str(run), *options, log=tmp_path / "gunicorn.log")
    process.wait_until(lambda: gunicorn.answers(bind, HOST), 180)
    yield home
    process.end()


def test_a_switch_loses_no_request_what_does_not_start_never_answers_and_workers_share_memory(
    front, home, update
):
    petition = make_petition()
    path = f"{petition.get_absolute_url()}sign/"
    first, second, third = sorted((home / "releases").iterdir())
    assert wait(lambda: len(ready(first)) == 2)

    with people_sign(front, path, fields(petition)) as statuses:
        update.switch(first, second)
        switched = (running(first), len(running(second)), (home / "current").resolve())
        # Each worker would otherwise load the site by itself, and need the memory for it.
        own_parts = [own(worker) for worker in ready(second)]
        with pytest.raises(SystemExit, match="b runs again"):
            update.switch(second, third)
        refused = (running(third), len(running(second)), (home / "current").resolve())
        update.back()
        back = (running(second), len(running(first)), (home / "current").resolve())

    assert [part < 0.5 for part in own_parts] == [True] * 2
    assert switched == (set(), 3, second)
    assert refused == (set(), 3, second)
    assert back == (set(), 3, first)
    assert set(statuses) == {303}
    assert Signature.objects.count() == len(statuses)
    static = sorted(each.name for each in (first / "var" / "static").iterdir())
    assert static == ["a.css", "b.css", "c.css"]  # for pages in caches
