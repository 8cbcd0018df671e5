"""Starts programs, and makes sure that they and their children end with this process."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
START = 60  # seconds for a server to answer
END = 15  # seconds for a process to end by itself
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
# Debian installs servers in folders that are only in root's PATH.
PLACES = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"


class Problem(Exception):
    """An error whose message is one sentence for people that says what is wrong."""


class Process:
    """A program in a process group of its own, so that Ctrl-C reaches only this process.

    Call `end`, or use it as a context manager. Its output is appended to `log`, or goes to our
    output.
    """

    def __init__(
        self,
        *command: str | Path,
        log: Path | None = None,
        environment: dict[str, str] | None = None,
        stdout: int | None = None,
    ) -> None:
        self.log, self.name = log, Path(command[0]).name
        with log.open("ab") if log else contextlib.nullcontext() as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=file or stdout,
                stderr=file,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_until(self, is_ready: Callable[[], bool], seconds: float = START) -> None:
        """Wait until the program is ready.

        Raise Problem with its output if it ends before that, or needs longer than `seconds`.
        """
        until = time.monotonic() + seconds
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.end()
                output = self.log.read_text().strip() if self.log else "it says above why"
                raise Problem(f"{self.name} does not start: {output}")
            time.sleep(0.05)

    def signal(self, number: int) -> None:
        """Send a signal to the whole process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def end(self, seconds: float = END) -> None:
        end(self, seconds=seconds)


def end(*processes: Process, seconds: float = END) -> None:
    """Ask the processes and their children to stop; kill those that are left after `seconds`."""
    until = time.monotonic() + seconds
    for each in processes:
        each.signal(signal.SIGTERM)
    for each in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            each.process.wait(max(0, until - time.monotonic()))
    for each in processes:
        each.signal(signal.SIGKILL)
        each.process.wait()


def python(*arguments: str, environment: dict[str, str] | None = None, seconds: int = 900) -> str:
    """Run Python with these arguments, and return its output. Raise Problem if it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | (environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise Problem(f"python {' '.join(arguments)} failed:\n{last}")
    return done.stdout


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants that are alive."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in tree(int(child)))]


def program(*names: str) -> str:
    """Return the path of the first of these programs that is installed, or raise Problem."""
    for name in names:
        if path := shutil.which(name, path=PLACES):
            return path
    raise Problem(f"There is no {names[0]} on this machine (on Debian: apt install {names[0]}).")


def _end_with_parent() -> None:
    """On Linux, make the kernel end this child when its parent ends, even by SIGKILL."""
    if LIBC:
        LIBC.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
