"""The folder of files in which the processes of this machine count, and how these are combined.

prometheus-client has a file for each process. The file of a process that has ended is added to one
that belongs to no process, so that no number falls and the folder does not grow with each reload.
"""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

KINDS = ("counter", "histogram", "summary")
NOBODY = 0  # in place of the process id


def prepare() -> bool:
    """Return whether processes count at all; if they do, create the folder.

    Raise ImproperlyConfigured if it cannot be created or written.
    """
    if not settings.METRICS_FOLDER:
        return False
    path = Path(settings.METRICS_FOLDER)
    try:
        path.mkdir(mode=0o750, parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise ImproperlyConfigured(
            f"METRICS_FOLDER must be a folder that the site can write: {path}: {error.strerror}."
        ) from None
    return True


@contextlib.contextmanager
def counted(folder: Path) -> Iterator[CollectorRegistry]:
    """Combine the counts of all processes; simultaneous callers wait for each other."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        add_up(folder)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(folder))
        yield registry


def add_up(folder: Path) -> None:
    """Add the files of processes that have ended to those of NOBODY, and delete them."""
    for kind in KINDS:
        ended = [path for path in folder.glob(f"{kind}_*.db") if not lives(process_of(path))]
        if not ended:
            continue
        total = MmapedDict(str(folder / f"{kind}_{NOBODY}.db"))
        for path in ended:
            for key, value, _, _ in MmapedDict.read_all_values_from_file(str(path)):
                total.write_value(key, total.read_value(key)[0] + value, 0.0)
            path.unlink()
        total.close()


def process_of(path: Path) -> int:
    return int(path.stem.rpartition("_")[2])


def lives(pid: int) -> bool:
    """Return whether a process has this id; if a new process reuses it, the old file stays."""
    try:
        os.kill(pid, 0)  # Signal 0 only checks; the id 0 is our own group, which exists.
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
