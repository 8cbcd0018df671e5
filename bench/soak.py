"""script/bench soak: signers, readers and a manager for an hour, and what grows meanwhile.

The site runs as it is deployed: deploy/nginx.conf, three pools of gunicorn, the worker, and a mail
server that accepts everything. Signers and readers keep their pace however slow the site is.
"""

import contextlib
import http.client
import itertools
import json
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench import database, growth, machine
from bench.mail.measuring import ask as ask_sink
from bench.processes import VAR, log
from bench.stage import our_env, say
from servers import gunicorn, nginx
from servers.ports import answers, free_port
from servers.processes import Process, python

REPORT = Path(__file__).parent / "SOAK.md"
SIGNERS, READERS = 20, 200  # each second
MANAGED_EACH, SAMPLED_EACH = 60.0, 15.0  # seconds
THREADS = {"sign": 4, "read": 8}


@dataclass
class Traffic:
    """The number of responses, by kind and status, and the seconds that each took."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    waits: dict[str, list[float]] = field(default_factory=lambda: {"sign": [], "read": []})
    late: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: int, wait: float) -> None:
        with self.lock:
            self.statuses[kind, status] += 1
            self.waits[kind].append(wait)


def main(minutes: float) -> int:
    """Run the soak test, write bench/SOAK.md, and return 0 if nothing failed and nothing grew."""
    began, before = datetime.now(UTC), machine.load()
    with database.server() as server, running(server) as stage:
        site, url, programs, facts, port = stage
        traffic, samples, ending = Traffic(), list[growth.Sample](), threading.Event()
        managed: list[int] = []
        threads = [
            *(paced("sign", SIGNERS, signer(site, facts), traffic, ending)),
            *(paced("read", READERS, reader(site, facts), traffic, ending)),
            threading.Thread(target=manage, args=[url, managed, ending]),
        ]
        say(f"{minutes:g} minutes of {SIGNERS} signatures and {READERS} page views a second …")
        for thread in threads:
            thread.start()
        end = time.monotonic() + minutes * 60
        try:
            while (left := end - time.monotonic()) > 0:
                samples.append(growth.sample(url, programs, minutes * 60 - left))
                time.sleep(min(SAMPLED_EACH, max(0.0, end - time.monotonic())))
        finally:
            ending.set()
            for thread in threads:
                thread.join()
        samples.append(growth.sample(url, programs, minutes * 60))
        facts_at_end = counted(url, traffic, port)
        version = server.version
    lines = [
        "# A soak of the site",
        "",
        f"{began:%Y-%m-%d %H:%M} UTC, commit {machine.commit()}, {minutes:g} minutes.",
        f"{machine.versions(version)}. Load before {before}.",
        f"{SIGNERS} signatures and {READERS} page views a second through deploy/nginx.conf; "
        f"{len(managed)} times all signatures were exported, and 500 moderated, which was undone.",
        "",
        *table(traffic, samples, facts_at_end),
    ]
    REPORT.write_text("\n".join(lines) + "\n")
    say("\n".join(lines))
    return 0 if all("**no**" not in line for line in lines) else 1


Running = tuple[nginx.Site, str, dict[str, list[int]], dict[str, str], int]


@contextlib.contextmanager
def running(server: database.Server) -> Iterator[Running]:
    """Run the site with its worker and mail server; yield the process ids of each program, too."""
    say("Preparing the database and the servers …")
    port = free_port()
    env = our_env(
        server.make("ours"),
        ALLOWED_HOSTS=nginx.HOST,
        BASE_URL=f"https://{nginx.HOST}",
        EMAIL_PORT=str(port),
    )
    python("manage.py", "collectstatic", "--noinput", "--verbosity=0", environment=env)
    python("-m", "bench.inside", "bench.ours.fill", "fill", environment=env)
    facts = json.loads(python("-m", "bench.inside", "bench.ours.fill", "facts", environment=env))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        nginx.certify(folder)
        sink = Process(sys.executable, "-m", "bench.mail.sink", str(port), log=log("sink"))
        stack.enter_context(sink)
        sink.wait_until(lambda: answers(port))
        app = gunicorn.Application(
            folder / "web.sock",
            host=nginx.HOST,
            static=Path("var/static").absolute(),
            media=VAR / "media",
            log=log("gunicorn"),
            environment=env,
        )
        pools = {"web": app.socket_path, "sign": app.sign_path, "staff": app.staff_path}
        started = {name: stack.enter_context(app.serve(path)) for name, path in pools.items()}
        worker = Process(sys.executable, "manage.py", "worker", environment=env, log=log("worker"))
        started["worker"] = stack.enter_context(worker)
        (folder / "nginx").mkdir()
        site = nginx.Site(folder / "nginx", app=app, certificate=folder)
        started["nginx"] = stack.enter_context(site.process)
        programs = {name: [process.pid] for name, process in started.items()}
        programs["PostgreSQL"] = [server.postmaster] if server.postmaster else []
        for _ in range(8):  # The first responses of a worker compile templates.
            site.ask(facts["page"])
            site.ask("/search/?query=river")
        yield site, server.named("ours"), programs, facts, port


def paced(
    kind: str,
    rate: int,
    make: Callable[[], Callable[[int], int]],
    traffic: Traffic,
    ending: threading.Event,
) -> list[threading.Thread]:
    """Return threads that together act `rate` times a second, without catching up after delays."""
    numbers, number = itertools.count(), THREADS[kind]

    def run(offset: int) -> None:
        act, due = make(), time.monotonic() + offset / rate
        while not ending.wait(max(0.0, due - time.monotonic())):
            began = time.monotonic()
            status = act(next(numbers))
            traffic.note(kind, status, time.monotonic() - began)
            due += number / rate
            if due < time.monotonic():
                traffic.late[kind] += 1
                due = time.monotonic()

    return [threading.Thread(target=run, args=[offset]) for offset in range(number)]


def signer(site: nginx.Site, facts: dict[str, str]) -> Callable[[], Callable[[int], int]]:
    """Return a signer: each signature comes from a network and over a connection of its own."""
    extra = dict(part.split("=", 1) for part in facts["extra"].split("&") if part)

    def act(number: int) -> int:
        fields = {
            "name": "Ada Lovelace",
            "email": f"soak{number}@example.org",
            "country": "FR",
            "consent": "on",
            **extra,
        }
        source = f"127.{number // 62_500 % 200 + 20}.{number // 250 % 250}.{number % 250 + 1}"
        try:
            return site.post(facts["sign"], fields, source=source).status
        except (OSError, http.client.HTTPException):
            return 0

    return lambda: act


def reader(site: nginx.Site, facts: dict[str, str]) -> Callable[[], Callable[[int], int]]:
    """Return a reader: each thread reads over one persistent connection."""

    def make() -> Callable[[int], int]:
        kept = http.client.HTTPConnection(nginx.HOST, site.port)

        def act(number: int) -> int:
            try:
                if kept.sock is None:
                    kept.sock = site.connect(source=f"127.9.{number % 250}.1")
                kept.request("GET", facts["page"], headers={"Accept-Encoding": "gzip"})
                answer = kept.getresponse()
                answer.read()
                return answer.status
            except (OSError, http.client.HTTPException):
                kept.close()
                return 0

        return act

    return make


def manage(url: str, managed: list[int], ending: threading.Event) -> None:
    while not ending.wait(MANAGED_EACH):
        answer = python(
            *("-m", "bench.inside", "bench.ours.managing", "working"),
            environment=our_env(url, SECOND_FACTOR="off"),
        )
        managed.append(int(json.loads(answer.strip().splitlines()[-1])["exported"]))


def counted(url: str, traffic: Traffic, port: int) -> dict[str, int]:
    """Count what was acknowledged, stored and emailed, once no email is left or after a minute."""
    until = time.monotonic() + 60
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < until:
            [(left,)] = connection.execute(
                "SELECT count(*) FROM campaigns_outgoingmail WHERE outcome = ''"
            )
            if not left:
                break
            time.sleep(1)
        [(stored,)] = connection.execute("SELECT count(*) FROM campaigns_signature")
    return {
        "acknowledged": traffic.statuses["sign", 303],
        "stored": stored,
        "mailed": int(ask_sink(port, "NOTE")[0]),
        "left": left,
    }


def table(traffic: Traffic, samples: list[growth.Sample], found: dict[str, int]) -> Iterator[str]:
    """Yield the rows of the report; a row that does not hold says **no**."""
    yield "| what | holds | measured |"
    yield "| --- | --- | --- |"
    for kind, right in (("sign", 303), ("read", 200)):
        statuses = {status: n for (each, status), n in traffic.statuses.items() if each == kind}
        waits = statistics.quantiles(traffic.waits[kind], n=100)
        yield growth.row(
            f"every request to {kind} is answered with {right}",
            set(statuses) == {right},
            f"{', '.join(f'{n:,} × {status}' for status, n in sorted(statuses.items()))}; median "
            f"{waits[49] * 1000:.0f} ms, 95th percentile {waits[94] * 1000:.0f} ms, 99th "
            f"{waits[98] * 1000:.0f} ms, longest {max(traffic.waits[kind]) * 1000:.0f} ms; "
            f"{traffic.late[kind]:,} began late",
        )
    yield growth.row(
        "what was acknowledged is stored, once",
        found["acknowledged"] == found["stored"],
        f"{found['acknowledged']:,} acknowledged, {found['stored']:,} stored",
    )
    yield growth.row(
        "everybody got one email",
        found["mailed"] == found["stored"],
        f"{found['mailed']:,} mailed, {found['left']:,} left; at most "
        f"{max(each.waiting for each in samples):,} waited",
    )
    yield from growth.rows(samples)
