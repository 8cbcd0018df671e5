"""The machines of a cluster as local processes: deploy/cluster/ with other IP addresses and paths.

A database machine runs Patroni and the PostgreSQL that Patroni starts; a web machine runs HAProxy,
gunicorn and a worker. etcd runs on the web machines and in front of them. Each machine has an IP
address of its own on the loopback interface.
"""

import contextlib
import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from servers import gunicorn, pgbouncer, postgres
from servers.gunicorn import Application
from servers.nginx import Site
from servers.ports import answers
from servers.processes import ROOT, Problem, Process, end, program, tree

FILES = ROOT / "deploy" / "cluster"
MAJOR = 17  # PostgreSQL, in patroni.yml
POSTGRESQL, PATRONI, PROXY, COPY, SIGN, WEB = 5432, 8008, 5000, 5001, 8001, 8002
DATABASE = "lastdrop"
ETCD = ((21, "web1"), (22, "web2"), (31, "front"))

# The part of Debian's haproxy.cfg, which comes before ours, that is needed here.
AROUND_HAPROXY = """
global
    maxconn 4000
"""


class Network:
    """The IP addresses and passwords of one cluster, which replace those in the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix = f"127.{random.randrange(100, 200)}.{random.randrange(256)}."
        self.password, self.superuser = secrets.token_hex(8), secrets.token_hex(8)
        self.words = {
            "192.0.2.": self.prefix,
            "SUPERUSER_PASSWORD": self.superuser,
            "REPLICATION_PASSWORD": secrets.token_hex(8),
            "REST_PASSWORD": secrets.token_hex(8),
        }

    def configuration(self, name: str, places: dict[str, str]) -> str:
        """Return a file of deploy/cluster/, changed where a real machine also has to change it."""
        text = (FILES / name).read_text()
        for place, here in {**places, **self.words}.items():
            if place in places and place not in text:
                raise Problem(f"deploy/cluster/{name} has no {place} any more.")
            text = text.replace(place, here)
        return text


class Front(Site):
    """nginx with deploy/nginx.conf, before web machines instead of sockets (docs/scaling.md)."""

    def __init__(self, network: Network, folder: Path, **options: Any) -> None:
        self.network = network
        super().__init__(folder, **options)

    def configuration(self, app: Application, certificate: Path, instead: dict[str, str]) -> str:
        text = re.sub(r"\n *server unix:.*", "", super().configuration(app, certificate, instead))
        text, found = re.subn(r"# (server 192\.0\.2\.)", r"\1", text)
        if not found:
            raise Problem("deploy/nginx.conf names no web machines any more.")
        return text.replace("192.0.2.", self.network.prefix)


class Machine:
    """A machine with an IP address, a folder, and processes that can be killed at once."""

    def __init__(self, network: Network, number: int, name: str) -> None:
        self.network, self.name = network, name
        self.address = f"{network.prefix}{number}"
        self.folder = network.folder / name
        self.processes: list[Process] = []

    def run(
        self, log: str, *command: str | Path, environment: dict[str, str] | None = None
    ) -> Process:
        process = Process(*command, log=self.folder / f"{log}.log", environment=environment)
        self.processes.append(process)
        return process

    def pids(self) -> list[int]:
        return [pid for process in self.processes for pid in tree(process.pid)]

    def signal(self, number: int) -> None:
        """Send a signal to all processes of the machine, if it has any."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """Kill all processes at once, as when the machine loses power."""
        self.signal(signal.SIGKILL)
        end(*self.processes)
        self.processes.clear()


class Etcd(Machine):
    """etcd on a machine that runs no database."""

    def __init__(self, network: Network, number: int, name: str) -> None:
        super().__init__(network, number, name)
        self.folder = network.folder / f"etcd-{name}"
        places = {
            "THIS_NAME": name,
            "THIS_ADDRESS": self.address,
            "/var/lib/etcd/lastdrop": str(self.folder / "data"),
        }
        lines = network.configuration("etcd", places).splitlines()
        self.settings = dict(line.split("=", 1) for line in lines if line and line[0] != "#")

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run("etcd", program("etcd"), environment=self.settings)


class DatabaseMachine(Machine):
    """A machine with Patroni and PostgreSQL."""

    def __init__(self, network: Network, number: int) -> None:
        super().__init__(network, 10 + number, f"db{number}")
        self.data, self.patroni_file = self.folder / "data", self.folder / "patroni.yml"

    def prepare(self) -> None:
        """Write the configuration of Patroni."""
        postgres.owned(self.folder)
        text = self.network.configuration(
            "patroni.yml",
            {
                "THIS_NAME": self.name,
                "THIS_ADDRESS": self.address,
                "/var/lib/postgresql/17/lastdrop": str(self.data),
                "/usr/lib/postgresql/17/bin": str(postgres.programs(MAJOR)),
                "/run/postgresql": str(postgres.sockets(self.folder)),
                "shared_buffers: 1GB": "shared_buffers: 128MB",
            },
        )
        self.patroni_file.write_text(text)

    def start(self) -> None:
        binary = Path(program("patroni"))
        as_its_user = postgres.as_its_user(self.folder, binary)
        home = {"HOME": str(self.folder)}
        patroni = self.run("patroni", *as_its_user, binary, self.patroni_file, environment=home)
        patroni.wait_until(lambda: answers(PATRONI, self.address))

    def kill_patroni(self) -> None:
        """Kill Patroni alone: its PostgreSQL goes on without supervision."""
        for pid in super().pids():
            os.kill(pid, signal.SIGKILL)
        end(*self.processes)
        self.processes.clear()

    def pids(self) -> list[int]:
        """Return all processes, including those of PostgreSQL, which survive Patroni."""
        return list(dict.fromkeys([*super().pids(), *self.postmaster()]))

    def postmaster(self) -> list[int]:
        """Return the processes of PostgreSQL, the postmaster first."""
        if not postgres.is_alive(self.data):
            return []
        return tree(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))

    def ask(self, path: str) -> Any:
        """Return the response of Patroni's REST API; None if there is none, or for an error."""
        try:
            url = f"http://{self.address}:{PATRONI}/{path}"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def is_primary(self) -> bool:
        return self.ask("primary") is not None


class Databases:
    """Three database machines that together serve one database."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.machines = [DatabaseMachine(network, number) for number in (1, 2, 3)]
        self.etcd: list[Etcd] = []

    def start(self) -> None:
        for machine in self.machines:
            if machine.data.exists():
                machine.kill()  # Processes that an earlier cluster has left.
        shutil.rmtree(self.network.folder, ignore_errors=True)
        self.etcd = [Etcd(self.network, *each) for each in ETCD]
        for each in self.etcd:
            each.start()
        for machine in self.machines:
            machine.prepare()
            machine.start()

    def kill(self) -> None:
        for each in (*self.machines, *self.etcd):
            each.kill()

    def is_whole(self) -> bool:
        """Return whether one is primary and two follow it without lag, one of them synchronous."""
        said = [machine.ask("cluster") for machine in self.machines]
        if None in said:
            return False
        members = said[0]["members"]
        roles = sorted(member["role"] for member in members)
        follow = [member for member in members if member["role"] != "leader"]
        return roles == ["leader", "replica", "sync_standby"] and all(
            member["state"] == "streaming" and member.get("lag") == 0 for member in follow
        )

    def primary(self) -> DatabaseMachine:
        return next(machine for machine in self.machines if machine.is_primary())

    def in_step(self) -> DatabaseMachine:
        """Return the synchronous replica, which has every acknowledged commit."""
        return next(each for each in self.machines if each.ask("sync") is not None)

    def patronictl(self, *command: str) -> str:
        """Run patronictl, as operators do, and return its output. Raise Problem if it fails."""
        configuration = self.machines[0].patroni_file
        done = subprocess.run(
            [program("patronictl"), "-c", configuration, *command],
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Problem(f"patronictl {' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout


class WebMachine(Machine):
    """A machine with HAProxy, a worker, and two processes of gunicorn for signing and reading.

    If the machine is pooled, gunicorn reaches HAProxy through PgBouncer; the worker never does.
    """

    def __init__(
        self, network: Network, number: int, environment: dict[str, str], *, is_pooled: bool
    ) -> None:
        super().__init__(network, 20 + number, f"web{number}")
        login = f"{DATABASE}:{network.password}"
        self.url = f"postgres://{login}@{self.address}:{PROXY}/{DATABASE}"
        self.environment = {
            **environment,
            "DATABASE_URL": f"{self.url}?target_session_attrs=read-write",
            "REPLICA_URL": f"postgres://{login}@{self.address}:{COPY}/{DATABASE}",
        }
        self.is_pooled, self.of_gunicorn = is_pooled, dict(self.environment)
        if is_pooled:
            through = f"postgres://{login}@{self.address}:{pgbouncer.PORT}/sign"
            self.of_gunicorn["DATABASE_URL"] = through

    def start_proxies(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = self.network.configuration("haproxy.cfg", {"127.0.0.1": self.address})
        (self.folder / "haproxy.cfg").write_text(AROUND_HAPROXY + text)
        proxy = self.run("haproxy", program("haproxy"), "-db", "-f", self.folder / "haproxy.cfg")
        proxy.wait_until(lambda: answers(PROXY, self.address))
        if self.is_pooled:
            pooler = pgbouncer.start(
                self.folder / "pgbouncer",
                user=DATABASE,
                password=self.network.password,
                address=self.address,
                places={"host=127.0.0.1": f"host={self.address}"},
            )
            self.processes.append(pooler)

    def start(self, *, host: str) -> None:
        """Start all but the proxies, which are needed before the site has its tables."""
        pools = gunicorn.start(
            f"{self.address}:{SIGN}",
            *("--bind", f"{self.address}:{WEB}"),
            environment=self.of_gunicorn,
            log=self.folder / "gunicorn.log",
            workers=2,
            host=host,
            seconds=300,
        )
        self.processes.append(pools)
        worker = (sys.executable, "manage.py", "worker")
        self.run("worker", *worker, environment=self.environment)
