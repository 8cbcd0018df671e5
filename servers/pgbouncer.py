"""PgBouncer with deploy/cluster/pgbouncer.ini, on another address and for another server."""

from pathlib import Path

from servers import postgres
from servers.ports import answers
from servers.processes import ROOT, Problem, Process, program

FILE = ROOT / "deploy" / "cluster" / "pgbouncer.ini"
PORT = 6432


def start(
    folder: Path,
    *,
    user: str,
    password: str,
    address: str,
    port: int = PORT,
    places: dict[str, str],
) -> Process:
    """Start PgBouncer in the folder, for one user, and return once it answers.

    `places` are further replacements that a machine needs in the file. Raise Problem.
    """
    postgres.owned(folder)
    users, settings = folder / "userlist.txt", folder / "pgbouncer.ini"
    users.write_text(f'"{user}" "{password}"\n')
    text = FILE.read_text()
    places = {
        "listen_addr = 127.0.0.1": f"listen_addr = {address}",
        f"listen_port = {PORT}": f"listen_port = {port}",
        "/etc/pgbouncer/userlist.txt": str(users),
        "/run/postgresql": str(postgres.sockets(folder)),
        **places,
    }
    for place, here in places.items():
        if place not in text:
            raise Problem(f"deploy/cluster/pgbouncer.ini has no {place} any more.")
        text = text.replace(place, here)
    settings.write_text(text)
    binary = Path(program("pgbouncer"))
    as_its_user = postgres.as_its_user(folder, binary)
    process = Process(*as_its_user, binary, settings, log=folder / "pgbouncer.log")
    process.wait_until(lambda: answers(port, address))
    return process
