"""A demo site of its own and the browser before it, for the scripts here."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from playwright.sync_api import Browser, Page, expect, sync_playwright
from psycopg import sql

from script import serve
from servers import postgres

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # root has no other way
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Nothing but this machine has an address.
LOOPBACK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
PATIENCE = 15_000  # ms: the machine may have other things to do
DESK, PHONE = {"width": 1280, "height": 880}, {"width": 390, "height": 844}


class Site:
    """Where the site is, and who sits before it."""

    def __init__(self, address: str, browser: Browser, passwords: dict[str, str]) -> None:
        self.address, self.browser, self.passwords = address, browser, passwords

    def visitor(self, size: dict[str, int] = DESK) -> Page:
        context = self.browser.new_context(
            viewport=size, reduced_motion="reduce", locale="en-GB", timezone_id="UTC"
        )
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def staff(self, name: str) -> Page:
        page = self.visitor()
        page.goto(f"{self.address}/admin/login/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(self.passwords[name])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.address}/admin/")
        return page


@contextlib.contextmanager
def database(purpose: str) -> Iterator[str]:
    """An empty one: in a folder of ours, or beside the one that DATABASE_URL names."""
    folder = serve.ROOT / "var" / f"{purpose}-postgres"
    given = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not given.path.strip("/"):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            with postgres.running(folder, durable=False) as url:
                yield url
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    name = given.path.strip("/") + f"_{purpose}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(urlunsplit(given), autocommit=True, connect_timeout=10) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(given._replace(path=f"/{name}"))
        finally:
            server.execute(drop)


@contextlib.contextmanager
def web_server(port: int) -> Iterator[str]:
    """The site's address, while it runs."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = serve.start("runserver", "--noreload", f"127.0.0.1:{port}", **silent)
    try:
        while not serve.answers("127.0.0.1", port):
            serve.pause()
            if process.poll() is not None:
                raise serve.Problem("The web server ended by itself.")
        yield f"http://localhost:{port}"
    finally:
        serve.end(process)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    path, flags = program(*CHROMIUMS), [*FLAGS, LOOPBACK]
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def passwords() -> dict[str, str]:
    process = serve.start("demo", "--logins", stdout=subprocess.PIPE)
    lines = process.communicate()[0].decode().splitlines()
    return {line.split()[0]: line.split()[1] for line in lines if line.strip()}


def program(*names: str) -> str:
    """The path of the first that is there. Raises Problem when none is."""
    # Debian keeps servers where only root looks.
    places = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
    for name in names:
        if path := shutil.which(name, path=places):
            return path
    raise serve.Problem(f"There is no {names[0]} on this machine.")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
