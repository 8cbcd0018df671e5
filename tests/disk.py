"""A disk of a few megabytes, which a test can fill up and empty again."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import env


@contextlib.contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """Mount a small disk at the folder. Skip the test if this is not allowed: only root may mount.

    For root, where CI=true, fail the test instead.
    """
    folder.mkdir(exist_ok=True)
    size = f"size={megabytes}m,mode=755"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode:
        reason = f"Nobody but root may mount a small disk: {done.stderr.strip()}"
        if os.getuid() == 0 and env.flag("CI", False):
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield folder
    finally:
        # A process that has just ended may still have files open there.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Write until there is no room for another page of PostgreSQL; return the file to delete."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            continue
    return ballast
