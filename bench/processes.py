"""The servers of the bench, all on the loopback; their logs are in var/bench/."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from servers import gunicorn as gunicorns
from servers import nginx as nginxes
from servers.ports import HOST, free_port, free_ports
from servers.processes import ROOT

VAR = ROOT / "var" / "bench"
WORKERS = os.cpu_count() or 1  # as in gunicorn.conf.py


def log(name: str) -> Path:
    """Create an empty log file and return its path."""
    VAR.mkdir(parents=True, exist_ok=True)
    (VAR / f"{name}.log").write_bytes(b"")
    return VAR / f"{name}.log"


@contextlib.contextmanager
def gunicorn(
    app: str, *, name: str, env: dict[str, str], pythonpath: str = "site"
) -> Iterator[tuple[int, int]]:
    """Run gunicorn, with the same options for our site and all yardsticks; yield pid and port."""
    port = free_port()
    with gunicorns.start(
        f"{HOST}:{port}",
        *("--worker-class", "sync", "--log-level", "warning", app),
        environment=env,
        log=log(name),
        workers=WORKERS,
        pythonpath=pythonpath,
    ) as process:
        yield process.pid, port


@contextlib.contextmanager
def nginx(*, ours: int, stock: int, page: bytes) -> Iterator[tuple[int, dict[str, int]]]:
    """Run nginx in front of both sites, with a file as large as the page; yield pid and ports."""
    folder = VAR / "nginx"
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "files" / "page.html").write_bytes(page)
    names = ("ours", "stock", "file", "open_file")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    values = {
        "user": nginxes.user(),
        "folder": str(folder),
        "workers": str(os.cpu_count() or 1),
        "ours": f"{HOST}:{ours}",
        "stock": f"{HOST}:{stock}",
        **{f"{name}_listen": f"{HOST}:{port}" for name, port in ports.items()},
    }
    conf = (Path(__file__).parent / "nginx.conf").read_text()
    for key, value in values.items():
        conf = conf.replace(f"@{key}@", value)
    with nginxes.start(folder, conf, *ports.values()) as process:
        yield process.pid, ports
