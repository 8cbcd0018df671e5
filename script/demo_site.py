"""A temporary demo site and a browser, for script/screenshots."""

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, ViewportSize

from script import serve
from servers.ports import HOST, answers
from servers.processes import ROOT, python

PATIENCE = 40_000  # ms: the machine may be busy
DESK, PHONE = ViewportSize(width=1280, height=880), ViewportSize(width=390, height=844)


class Site:
    """The URL of the site, and the browser windows of its visitors and staff."""

    def __init__(self, address: str, browser: Browser, passwords: dict[str, str]) -> None:
        self.address, self.browser, self.passwords = address, browser, passwords

    def visitor(self, size: ViewportSize = DESK) -> Page:
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
def web_server(port: int) -> Iterator[str]:
    """Run the site, and yield its URL."""
    log = ROOT / "var" / "demo-site.log"
    log.parent.mkdir(exist_ok=True)
    with serve.start("runserver", "--noreload", f"{HOST}:{port}", log=log) as process:
        process.wait_until(lambda: answers(port))
        yield f"http://localhost:{port}"


def passwords() -> dict[str, str]:
    lines = python("manage.py", "demo", "--logins").splitlines()
    return {line.split()[0]: line.split()[1] for line in lines if line.strip()}
