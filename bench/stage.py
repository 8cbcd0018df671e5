"""Prepares and runs everything that is measured: our site and the yardsticks."""

import contextlib
import itertools
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.request import Request, urlopen

import psycopg

from bench import database
from bench.load import CLIENTS, FailedRun, Run, drive
from bench.machine import wait_for_quiet
from bench.processes import VAR, WORKERS, gunicorn, log, nginx
from servers.ports import HOST
from servers.processes import Process, python

TABLES = {"bare": "bare_row", "stock": "wagtailforms_formsubmission"}


@dataclass
class Site:
    """A site in gunicorn, with a database of its own."""

    name: str
    url: str
    pid: int
    port: int

    @property
    def table(self) -> str:
        return TABLES.get(self.name, "campaigns_signature")


@dataclass
class Stage:
    server: database.Server
    sites: dict[str, Site]
    facts: dict[str, str]
    stock: dict[str, str]
    nginx_pid: int
    nginx_ports: dict[str, int]
    seconds: float
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def get(self, name: str) -> Run:
        """Request the page of a site, directly from gunicorn."""
        site = self.sites[name]
        path = self.stock["page"] if name == "stock" else self.facts["page"]
        return self.load(site.port, "get", servers=[site.pid], path=path)

    def sign(self, name: str) -> Run:
        """Send forms to a site, and check that it has stored all that it acknowledged."""
        site = self.sites[name]
        before = self.count(site)
        given = {"ours": self.facts, "million": self.facts, "stock": self.stock}.get(
            name, {"sign": "/sign/", "extra": ""}
        )
        run = self.load(
            site.port,
            "sign",
            servers=[site.pid],
            path=given["sign"],
            extra=given["extra"],
            cookie=given.get("cookie", ""),
            country=given.get("country", "FR"),
        )
        self.check(run, self.count(site) - before)
        return run

    def visit(self, name: str) -> Run:
        """Make complete visits through nginx."""
        site = self.sites[name]
        given = (
            {"page": self.stock["page"], "country": self.stock["country"]}
            if name == "stock"
            else {"page": self.facts["page"], "action": self.facts["sign"]}
        )
        before = self.count(site)
        run = self.load(
            self.nginx_ports[name],
            "visit",
            servers=[site.pid, self.nginx_pid],
            threads=CLIENTS,
            **given,
        )
        self.check(run, self.count(site) - before)
        return run

    def confirm(self) -> Run:
        """Confirm signatures through the links in their emails, each of them once."""
        site, file = self.sites["ours"], str(VAR / "links")
        self.empty(site)
        self.fill_ours("sow", str(int(self.seconds * 5000)))
        self.fill_ours("links", file)
        with psycopg.connect(site.url, autocommit=True) as connection:
            # Otherwise PostgreSQL would do this by itself while signatures are confirmed.
            connection.execute("VACUUM (ANALYZE) campaigns_signature")
            connection.execute("CHECKPOINT")
        # As in production, only the last seconds have to be counted to find a signer's number.
        with Process(
            *(sys.executable, "-m", "bench.inside", "bench.ours.fill", "fold"),
            environment=our_env(site.url),
            log=log("fold"),
        ) as folding:
            run = self.load(site.port, "confirm", servers=[site.pid], links=file)
            if folding.process.poll() is not None:
                raise FailedRun("Nothing was counted meanwhile: see var/bench/fold.log.")
        self.check(run, self.count(site, "WHERE confirmed_at IS NOT NULL"))
        return run

    def check(self, run: Run, stored: int) -> None:
        """Raise FailedRun unless all acknowledged rows are stored.

        Requests that were running or waiting when wrk stopped, once after the warming up and once
        at the end, may be stored as well.
        """
        acknowledged = run.warm + run.number
        if not acknowledged <= stored <= acknowledged + 4 * CLIENTS:
            raise FailedRun(f"{stored} rows of {acknowledged} that were acknowledged.")

    def static(self, name: str = "file") -> Run:
        return self.load(self.nginx_ports[name], "get", servers=[self.nginx_pid], path="/page.html")

    def cached(self) -> Run:
        servers = [self.nginx_pid, self.sites["ours"].pid]
        return self.load(self.nginx_ports["ours"], "get", servers=servers, path=self.facts["page"])

    def load(
        self,
        port: int,
        script: str,
        *,
        servers: list[int],
        path: str = "/",
        threads: int = 2,
        **arguments: str,
    ) -> Run:
        """Do one run after a short warm-up, when no other program uses the machine."""
        wait_for_quiet(self.seconds / 2 if self.seconds > 3 else 0)
        warm, measured = (
            drive(
                port,
                script,
                seconds=seconds,
                servers=servers,
                database=self.server.postmaster,
                run=next(self.numbers),
                path=path,
                threads=threads,
                **arguments,
            )
            for seconds in (1, self.seconds)
        )
        measured.warm = warm.number
        return measured

    def fill_ours(self, *arguments: str, name: str = "ours") -> str:
        """Run one of bench.ours.fill's commands on our database."""
        return python(
            "-m",
            "bench.inside",
            "bench.ours.fill",
            *arguments,
            environment=our_env(self.server.named(name)),
        )

    def empty(self, site: Site) -> None:
        database.empty(site.url, "campaigns_signature")

    def count(self, site: Site, where: str = "") -> int:
        with psycopg.connect(site.url) as connection:
            [(number,)] = connection.execute(f"SELECT count(*) FROM {site.table} {where}")
        return int(number)


def our_env(url: str, **more: str) -> dict[str, str]:
    """Return the environment of our site with production settings, on the loopback."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "PYTHONPATH": ".:site",
        "DATABASE_URL": url,
        "SECRET_KEY": "only for the bench: the secret of signed links long enough to be one",
        "SIGNATURE_KEY": "only for the bench: the key of signatures long enough to be one",
        "ALLOWED_HOSTS": HOST,
        "BASE_URL": f"https://{HOST}",
        "EMAIL_HOST": HOST,
        "MEDIA_ROOT": str(VAR / "media"),
        "TRUSTED_PROXIES": "1",
        **more,
    }


def yardstick_env(name: str, url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": f"{name}.settings",
        "PYTHONPATH": ".:bench/yardsticks",
        "DATABASE_URL": url,
        "MEDIA_ROOT": str(VAR / "media-stock"),
    }


@contextlib.contextmanager
def built(*, seconds: float, signatures: int) -> Iterator[Stage]:
    """Create and fill all databases, and start all servers; stop them at the end."""
    with contextlib.ExitStack() as stack:
        say("Preparing the databases …")
        server = stack.enter_context(database.server())
        for name in ("bare", "stock"):
            env = yardstick_env(name, server.make(name))
            path = python("-m", "bench.inside", f"{name}.fill", environment=env)
        stock_page = path.strip().splitlines()[-1]
        env = our_env(server.make("ours"))
        python("manage.py", "collectstatic", "--noinput", "--verbosity=0", environment=env)
        python("-m", "bench.inside", "bench.ours.fill", "fill", environment=env)
        facts = json.loads(
            python("-m", "bench.inside", "bench.ours.fill", "facts", environment=env)
        )
        if signatures:
            say(f"Sowing {signatures:,} signatures …")
            # A database can only be copied while nobody uses it.
            server.make("few", template="ours")
            million = our_env(server.make("million", template="ours"))
            python(
                *("-m", "bench.inside", "bench.ours.sowing", str(signatures)),
                environment=million,
                seconds=900 + signatures // 1000,
            )

        # Otherwise PostgreSQL would cache plans that read the whole table, since it was empty.
        python("-m", "bench.inside", "bench.ours.fill", "sow", "2000", "confirmed", environment=env)
        names = ["ours", "bare", "stock", *["million", "few"][: 2 * bool(signatures)]]
        database.settle(*map(server.named, names))

        say("Starting the servers …")
        sites = {}
        names = ["ours", "cold", "bare", "stock"] + ["million"] * bool(signatures)
        for name in names:
            sites[name] = stack.enter_context(site(server, name))
        # Each worker's first responses render images and compile templates.
        for each in sites.values():
            path = {"stock": stock_page, "bare": "/"}.get(each.name, facts["page"])
            for _ in range(4 * WORKERS * (each.name != "bare")):
                fetch(f"http://{HOST}:{each.port}{path}")
        stock = stock_form(sites["stock"].port, stock_page)
        page = fetch(f"http://{HOST}:{sites['ours'].port}{facts['page']}")[0]
        nginx_pid, ports = stack.enter_context(
            nginx(ours=sites["ours"].port, stock=sites["stock"].port, page=page)
        )
        yield Stage(server, sites, facts, stock, nginx_pid, ports, seconds)


@contextlib.contextmanager
def site(server: database.Server, name: str) -> Iterator[Site]:
    url = server.named("ours" if name == "cold" else name)
    if name in TABLES:
        app, path, env = f"{name}.wsgi", "bench/yardsticks", yardstick_env(name, url)
    else:
        app, path, env = "config.wsgi", "site", our_env(url)
        if name == "cold":
            env["DJANGO_SETTINGS_MODULE"] = "bench.ours.cold"
    with gunicorn(app, name=name, env=env, pythonpath=path) as (pid, port):
        yield Site(name, url, pid, port)


def stock_form(port: int, page: str) -> dict[str, str]:
    """Return the hidden fields and the cookie that the form of the stock page needs."""
    body, headers = fetch(f"http://{HOST}:{port}{page}")
    field = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    assert field, "The stock page has no form."
    cookie = SimpleCookie(headers["Set-Cookie"])["csrftoken"].value
    return {
        "page": page,
        "sign": page,
        "extra": f"csrfmiddlewaretoken={field[1].decode()}",
        "cookie": f"csrftoken={cookie}",
        "country": "France",  # The stock form uses names of countries instead of codes.
    }


def fetch(url: str) -> tuple[bytes, dict[str, str]]:
    request = Request(url, headers={"X-Forwarded-Proto": "https"})
    with urlopen(request, timeout=30) as answer:
        return answer.read(), answer.headers


def say(text: str) -> None:
    print(text, flush=True)
