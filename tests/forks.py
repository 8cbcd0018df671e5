"""Processes of the site that start at once: forks of one that has loaded it already.

Loading the site takes two seconds of a processor. Where a test is not about that start, one process
loads the site in an environment, and each command there is a fork of it: a child of the tests like
any other, with a process group, a log and connections of its own.

    python -m tests.forks serve SOCKET          load the site, and fork for whoever asks
    python -S -m tests.forks ask SOCKET …       run a command in such a fork, as python … would
"""

import contextlib
import ctypes
import functools
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from servers.processes import LIBC, ROOT, Problem, Process

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
BYTES = 1 << 16  # of a message: the arguments of a command


class Child:
    """What subprocess.Popen knows of a process, for one that somebody else has forked for us."""

    def __init__(self, pid: int) -> None:
        self.pid, self.returncode = pid, None

    def poll(self) -> int | None:
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if ended else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        until = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Fork(Process):
    """A process like any other, except for how it began."""

    def __init__(self, name: str, pid: int, log: Path) -> None:
        self.log, self.name, self.process = log, name, Child(pid)


class Loaded:
    """The site in one environment. It is loaded when the first process is started."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.stack = contextlib.ExitStack()

    def __enter__(self) -> "Loaded":
        return self

    def __exit__(self, *raised: object) -> None:
        self.stack.close()

    @functools.cached_property
    def path(self) -> Path:
        """The socket of the process that is forked."""
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="lastdrop-"))
        path, log = Path(folder) / "forks.sock", Path(folder) / "log"  # sockets need a short path
        command = (sys.executable, "-m", "tests.forks", "serve", str(path))
        process = Process(*command, environment=self.environment, log=log)
        self.stack.enter_context(process)
        process.wait_until(path.exists, 180)
        return path

    def start(self, *arguments: str, log: Path, errors: Path | None = None) -> Process:
        """Start what `python` would start with these arguments in this environment."""
        message = {"arguments": arguments, "parent": os.getpid()}
        path = self.path
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(each.open("ab")) for each in (log, errors or log)]
            # The fork's parent ends at once. It becomes ours, as the nearest that takes orphans.
            LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
            try:
                pid = ask(path, message, [each.fileno() for each in files])
            finally:
                LIBC.prctl(PR_SET_CHILD_SUBREAPER, 0)
        return Fork(arguments[0], int(pid), log)

    def python(self, *arguments: str) -> str:
        """Return the output of such a process, as servers.processes.python does."""
        with tempfile.TemporaryDirectory() as folder:
            said, errors = Path(folder) / "said", Path(folder) / "errors"
            code = self.start(*arguments, log=said, errors=errors).process.wait(900)
            if code:
                raise Problem(f"python {' '.join(arguments)} failed:\n{errors.read_text()[-2000:]}")
            return said.read_text()


def ask(path: Path, message: dict[str, object], files: list[int]) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
        asked.connect(str(path))
        socket.send_fds(asked, [json.dumps(message).encode()], files)
        return asked.recv(BYTES).decode()


def serve(path: Path) -> None:
    """Fork for each message. Only a fork returns from here, to run the command."""
    load()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        unfinished = path.with_suffix(".new")
        server.bind(str(unfinished))
        server.listen()
        unfinished.rename(path)
        while True:
            asking, _ = server.accept()
            with asking:
                content, files, _, _ = socket.recv_fds(asking, BYTES, 2)
                message = json.loads(content)
                said = twice(message["parent"]) if "parent" in message else once()
                if said is None:
                    break
                asking.send(str(said).encode())
            for each in files:
                os.close(each)
    for number, each in enumerate(files, 1):
        os.dup2(each, number)
        os.close(each)
    run(message["arguments"])


def load() -> None:
    """Load all that gunicorn and the commands load."""
    gc.disable()
    sys.path.insert(0, str(ROOT / "site"))
    import gunicorn.app.wsgiapp  # noqa: F401
    from django.db import connections
    from django.urls import get_resolver

    import config.wsgi  # noqa: F401

    get_resolver().url_patterns  # noqa: B018
    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.enable()


def once() -> int | None:
    """Fork, and return the exit code once the fork has ended; in the fork, return None."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return None


def twice(parent: int) -> int | None:
    """Fork a child of this parent, and return its PID; in the fork, return None."""
    reading, writing = os.pipe()
    if between := os.fork():
        os.waitpid(between, 0)
        os.close(writing)
        pid = int(os.read(reading, 20))
        os.close(reading)
        return pid
    if pid := os.fork():
        os.write(writing, str(pid).encode())
        os._exit(0)
    os.close(reading)
    os.close(writing)
    until = time.monotonic() + 10
    while os.getppid() != parent:
        if time.monotonic() > until:
            sys.exit("The fork was not taken for a child.")
        time.sleep(0.001)
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return None


def run(arguments: list[str]) -> None:
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


def main() -> None:
    verb, path, *arguments = sys.argv[1:]
    if verb == "serve":
        serve(Path(path))
    else:
        sys.exit(int(ask(Path(path), {"arguments": arguments}, [1, 2])))


if __name__ == "__main__":
    main()
