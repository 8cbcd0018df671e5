"""Where the tests' PostgreSQL keeps its data: in memory, where there is room for it.

On a disk, more than half of the processor's time of a restore, or of a copy of the template, goes
into its 1,100 new files.
"""

import hashlib
import os
import shutil
from pathlib import Path

from servers import postgres

MEMORY = Path("/dev/shm")  # Linux; containers often have 64 MB there, which are not enough
NEEDED = 4 * 1024**3


def kept(folder: Path, *, memory: Path = MEMORY, needed: int = NEEDED) -> Path:
    """Return the folder, as a link to one in memory if that has room; what was in it is deleted.

    The link stays: later runs find the template there until the machine restarts.
    """
    if folder.is_symlink() or not memory.is_dir() or shutil.disk_usage(memory).free < needed:
        return folder
    if folder.exists():
        if postgres.is_alive(folder / "data"):
            return folder
        shutil.rmtree(folder)
    name = hashlib.sha1(os.fsencode(folder)).hexdigest()[:12]
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(memory / f"lastdrop-{os.getuid()}-{name}")
    return folder
