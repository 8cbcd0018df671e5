"""The system's Chromium, which can reach only this machine.

Tests and screenshots drive the headless shell if it is installed: the same engine without windows,
which needs less than half of the processor time.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from servers.ports import answers, free_port
from servers.processes import Process, program

SHELLS = ("chromium-headless-shell", "headless_shell", "chrome-headless-shell")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HERE = ("localhost", "127.0.0.1")
FLAGS = (
    "--no-sandbox",  # Chromium does not start as root with its sandbox.
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def path() -> str:
    """Return the path of the full browser. Raise Problem if none is installed."""
    return program(*NAMES)


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Start a browser that Playwright drives; its event loop runs in this thread meanwhile.

    Raise Problem if no browser is installed.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program(*SHELLS, *NAMES), args=[*FLAGS, _resolving()]
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def debugged(*flags: str, places: dict[str, str], log: Path) -> Iterator[int]:
    """Start a browser, and yield the port of its debugger.

    `places` maps a host:port to the host:port on this machine that answers for it.
    """
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="lastdrop-chromium-") as profile,
        Process(
            *(path(), *FLAGS, _resolving(places), *flags),
            "--headless=new",
            f"--user-data-dir={profile}",
            f"--remote-debugging-port={port}",
            "about:blank",
            log=log,
        ) as process,
    ):
        process.wait_until(lambda: answers(port))
        yield port


def _resolving(places: dict[str, str] | None = None) -> str:
    """Return the switch that makes all host names unknown, except for those of this machine."""
    rules = [f"MAP {name} {place}" for name, place in (places or {}).items()]
    rules += ["MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in HERE)]
    return f"--host-resolver-rules={', '.join(rules)}"
