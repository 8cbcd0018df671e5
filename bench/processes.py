"""Starts the servers, all on the loopback, and sees to it that they end with the bench."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.machine import ROOT, program

HOST = "127.0.0.1"
VAR = ROOT / "var" / "bench"
PATIENCE = 60  # seconds for a server to answer
WORKERS = os.cpu_count() or 1  # as gunicorn.conf.py has it


def free_port() -> int:
    with socket.create_server((HOST, 0)) as free:
        return free.getsockname()[1]


@contextlib.contextmanager
def running(*command: str, name: str, env: dict[str, str] | None = None) -> Iterator[int]:
    """Run a program while this lasts; gives its pid. What it says is kept in var/bench/."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    try:
        yield process.pid
    finally:
        for number, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, None)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)


@contextlib.contextmanager
def gunicorn(
    app: str, *, name: str, env: dict[str, str], pythonpath: str = "site"
) -> Iterator[tuple[int, int]]:
    """The same gunicorn for us and for every yardstick; gives pid and port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    command += ["--bind", f"{HOST}:{port}", "--workers", str(WORKERS), "--worker-class", "sync"]
    command += ["--pythonpath", pythonpath, "--log-level", "warning", app]
    with running(*command, name=name, env=env) as pid:
        wait_for(port, pid, name)
        yield pid, port


@contextlib.contextmanager
def nginx(*, ours: int, stock: int, page: bytes) -> Iterator[tuple[int, dict[str, int]]]:
    """nginx before both sites, and with a file of the page's size; gives pid and ports."""
    folder = VAR / "nginx"
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "files" / "page.html").write_bytes(page)
    ports = {name: free_port() for name in ("ours", "stock", "file", "open_file")}
    values = {
        "user": "user root;" if os.getuid() == 0 else "",
        "folder": str(folder),
        "workers": str(os.cpu_count() or 1),
        "ours": f"{HOST}:{ours}",
        "stock": f"{HOST}:{stock}",
        **{f"{name}_listen": f"{HOST}:{port}" for name, port in ports.items()},
    }
    conf = (Path(__file__).parent / "nginx.conf").read_text()
    for key, value in values.items():
        conf = conf.replace(f"@{key}@", value)
    (folder / "nginx.conf").write_text(conf)
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    command += ["-e", str(folder / "error.log")]
    with running(*command, name="nginx") as pid:
        wait_for(ports["ours"], pid, "nginx")
        yield pid, ports


def wait_for(port: int, pid: int, name: str) -> None:
    """Until the port answers; stops the bench if the process ends before."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, port), timeout=1).close()
            return
        if _has_ended(pid):
            break
        time.sleep(0.1)
    last = (VAR / f"{name}.log").read_text().strip().rpartition("\n")[2]
    raise SystemExit(f"{name} does not start (var/bench/{name}.log): {last}")


def finish(*arguments: str, env: dict[str, str]) -> str:
    """Run Python with these arguments to its end; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise SystemExit(f"python {' '.join(arguments)} failed:\n{last}")
    return done.stdout


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _end_with_parent(*args: Any) -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
