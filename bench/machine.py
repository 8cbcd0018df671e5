"""The machine: what uses its processors during a run, and the versions of its programs."""

import contextlib
import os
import platform
import re
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from servers.processes import ROOT, program

QUIET = 0.15  # cores
TICKS = os.sysconf("SC_CLK_TCK")


def tree_seconds(*roots: int) -> float:
    """Return the processor time of these processes and their descendants, in seconds.

    It includes descendants that have ended.
    """
    stats = _stats()
    return sum(sum(map(int, stats[pid][11:15])) for pid in _tree(stats, roots)) / TICKS


def tree(*roots: int) -> set[int]:
    """Return these processes and their descendants."""
    return _tree(_stats(), roots)


def _tree(stats: dict[int, list[str]], roots: tuple[int, ...]) -> set[int]:
    members = {pid for pid in roots if pid in stats}
    while more := {pid for pid, fields in stats.items() if int(fields[1]) in members} - members:
        members |= more
    return members


def _stats() -> dict[int, list[str]]:
    """Return the fields of /proc/PID/stat from the state on, by process (proc_pid_stat(5))."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{entry}/stat").read_text()
                found[int(entry)] = text.rpartition(")")[2].split()
    return found


def busy_seconds() -> float:
    """Return the processor time of all processes on the machine, in seconds."""
    with open("/proc/stat") as file:
        return sum(map(int, file.readline().split()[1:4])) / TICKS


def load() -> str:
    return " ".join(Path("/proc/loadavg").read_text().split()[:3])


class Meter:
    """Measures the work inside a `with` statement.

    It sets `seconds`, the servers' processor seconds (`cpu`), and the cores that other programs
    used meanwhile (`foreign`).
    """

    def __init__(self, *servers: int, database: int | None) -> None:
        self.servers = [*servers, database] if database else list(servers)
        self.ours = [os.getpid(), database] if database else [os.getpid()]

    def __enter__(self) -> "Meter":
        self._before = self._read()
        return self

    def __exit__(self, *error: Any) -> None:
        wall, cpu, busy, ours = (
            now - was for now, was in zip(self._read(), self._before, strict=True)
        )
        self.seconds, self.cpu = wall, cpu
        self.foreign = max(0.0, busy - ours) / wall

    def _read(self) -> tuple[float, float, float, float]:
        return (
            time.monotonic(),
            tree_seconds(*self.servers),
            busy_seconds(),
            tree_seconds(*self.ours),
        )


def wait_for_quiet(patience: float) -> None:
    """Wait until no other program uses the machine, or at most `patience` seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with Meter(database=None) as meter:
            time.sleep(0.5)
        if meter.foreign < QUIET:
            return


def wait_for_idle(*servers: int, database: int | None, patience: float) -> None:
    """Wait until these programs are nearly idle for five seconds, or at most `patience` seconds.

    A worker starts with its daily rounds.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with Meter(*servers, database=database) as meter:
            time.sleep(5)
        if meter.cpu / meter.seconds < QUIET:
            return


def commit() -> str:
    """Return the commit that is measured, and whether there are uncommitted changes."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip().replace("-dirty", ", with changes that are not committed")


def versions(postgres: str) -> str:
    packages = ("Django", "wagtail", "psycopg", "gunicorn")
    nginx = subprocess.run([program("nginx"), "-v"], capture_output=True, text=True).stderr
    return ", ".join(
        [
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in packages),
            f"PostgreSQL {postgres}",
            "nginx " + (re.findall(r"nginx/([\d.]+)", nginx) or ["?"])[0],
        ]
    )
