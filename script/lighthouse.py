"""Measures the public pages with Lighthouse, and writes the figures to docs/quality.md.

Started by script/lighthouse. Without paths it measures the four pages that have goals, five times
each. With paths it measures only those, once, and writes nothing.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from script import demo_behind_nginx, serve
from script.demo_behind_nginx import ADDRESS
from servers import chromium
from servers.nginx import Site
from servers.processes import ROOT, Problem, Process, program

VERSION = "12.8.2"
FOLDER = ROOT / "var" / "lighthouse"
PROGRAM = FOLDER / "node_modules" / "lighthouse"
QUALITY = ROOT / "docs" / "quality.md"
PLACE = re.compile(r"(<!-- script/lighthouse -->\n).*?(<!-- end -->)", re.DOTALL)
LIMIT = 40 * 60  # seconds for all of it
PATIENCE = 180  # seconds for one run
RUNS = 5
ATTEMPTS = 3  # on a busy machine, a browser now and then returns no trace of its painting
PAGES = {
    "home": "/",
    "campaign": "/campaigns/keep-the-talva-free/",
    "article": "/news/the-snowballs-of-january/",
    "closed campaign": "/campaigns/let-russia-speak/",
}
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
METRICS = {
    "first-contentful-paint": "{:.0f} ms",
    "largest-contentful-paint": "{:.0f} ms",
    "total-blocking-time": "{:.0f} ms",
    "cumulative-layout-shift": "{:.3f}",
}
Report = dict[str, Any]


# --- measuring ---


def install() -> None:
    """Install this version of Lighthouse in var/, unless it is there."""
    manifest = PROGRAM / "package.json"
    if manifest.exists() and json.loads(manifest.read_text())["version"] == VERSION:
        return
    serve.say(f"Installing Lighthouse {VERSION} in var/lighthouse …")
    command = (program("npm"), "install", "--no-save", "--no-audit", "--no-fund")
    FOLDER.mkdir(parents=True, exist_ok=True)
    if subprocess.run([*command, f"--prefix={FOLDER}", f"lighthouse@{VERSION}"]).returncode:
        raise Problem("Lighthouse cannot be installed: npm says above why.")


def measure(site: Site, path: str) -> Report:
    """Return the report of the first visit that could be measured.

    It is also in var/lighthouse/reports/. Raise Problem after several failures.
    """
    for _ in range(ATTEMPTS):
        report = visit_once(site, path)
        if all(report["categories"][category]["score"] is not None for category in GOALS):
            return report
    failed = [
        f"{name}: {audit.get('errorMessage')}"
        for name, audit in report["audits"].items()
        if audit["scoreDisplayMode"] == "error"
    ]
    raise Problem(f"Lighthouse cannot measure {path}: {'; '.join(failed)}")


def visit_once(site: Site, path: str) -> Report:
    """Return the report of one visit with a new browser. Raise Problem if there is none."""
    name = path.strip("/").replace("/", "-") or "home"
    output, log = FOLDER / "reports" / f"{name}.json", site.folder / "lighthouse.log"
    output.parent.mkdir(exist_ok=True)
    output.unlink(missing_ok=True)
    with demo_behind_nginx.browser(site) as port:
        process = Process(
            *(program("node"), PROGRAM / "cli" / "index.js", ADDRESS + path),
            *(f"--port={port}", "--quiet", "--no-enable-error-reporting", "--ignore-status-code"),
            *("--output=json", f"--output-path={output}"),
            log=log,
        )
        try:
            process.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            process.end()
    if not output.exists():
        raise Problem(f"Lighthouse failed on {path}: {log.read_text()}")
    report: Report = json.loads(output.read_text())
    return report


def score(report: Report, category: str) -> int:
    share: float = report["categories"][category]["score"]
    return round(100 * share)


def lacking(report: Report) -> list[str]:
    """Return each audit without a full score, except those that only measure time."""
    return [
        f"  {category}: {audit['title']} ({audit['id']}) {audit.get('displayValue', '')}".rstrip()
        for category in GOALS
        if category != "performance"
        for reference in report["categories"][category]["auditRefs"]
        for audit in (report["audits"][reference["id"]],)
        if audit["score"] not in (None, 1)
    ]


# --- the figures ---


def row(name: str, reports: list[Report]) -> list[str]:
    """Return the cells for a page: the medians of timings, and the worst of other figures."""
    speeds = sorted(score(report, "performance") for report in reports)
    cells = [name, f"{statistics.median(speeds):g} ({speeds[0]} to {speeds[-1]})"]
    cells += [str(min(score(report, each) for report in reports)) for each in list(GOALS)[1:]]
    for metric, shape in METRICS.items():
        values = (report["audits"][metric]["numericValue"] for report in reports)
        cells.append(shape.format(statistics.median(values)))
    return cells


def table(rows: list[list[str]]) -> str:
    head = ["page", "performance", "accessibility", "best practices", "SEO"]
    head += ["first paint", "largest paint", "blocked", "shift"]
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def circumstances(report: Report) -> str:
    browser = re.search(r"Chrome/([\d.]+)", report["environment"]["hostUserAgent"])
    assert browser
    git = ("git", "describe", "--always", "--dirty", "--exclude=*")
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return (
        f"Lighthouse {report['lighthouseVersion']}, Chromium {browser[1]}, "
        f"{report['fetchTime'][:10]}, commit {commit}; a machine of {os.cpu_count()} cores whose "
        f"benchmark index is {report['environment']['benchmarkIndex']:.0f}.\n"
    )


def keep(figures: str) -> None:
    text, places = PLACE.subn(rf"\g<1>\n{figures}\n\g<2>", QUALITY.read_text())
    if not places:
        raise Problem("docs/quality.md has no place for the figures any more.")
    QUALITY.write_text(text)


def reaches_goals(reports: list[Report]) -> bool:
    return all(
        statistics.median(score(report, category) for report in reports) >= goal
        for category, goal in GOALS.items()
    )


def visit(paths: list[str]) -> bool:
    """Measure pages, and return whether all goals are reached."""
    pages, runs = ({path: path for path in paths}, 1) if paths else (PAGES, RUNS)
    rows, good = [], True
    with demo_behind_nginx.site() as site:
        for name, path in pages.items():
            site.ask(path)  # the first request after a start is not representative
            reports = [measure(site, path) for _ in range(runs)]
            rows.append(row(name, reports))
            good = reaches_goals(reports) and good
            serve.say("\n".join([" | ".join(rows[-1]), *lacking(reports[-1])]))
    figures = f"{table(rows)}\n{circumstances(reports[-1])}"
    serve.say(f"\n{figures}")
    if not paths:
        keep(figures)
    return good


def stop(*args: object) -> None:
    raise serve.Stopped


def main(paths: list[str]) -> int:
    os.environ.update(serve.ENVIRONMENT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(LIMIT)
    try:
        for name in (("node",), chromium.NAMES, ("nginx",), ("openssl",)):
            program(*name)
        install()
        return 0 if visit(paths) else 1
    except serve.Stopped:
        serve.say(f"Stopped, or not done after {LIMIT} seconds.")
    except (Problem, ImproperlyConfigured) as problem:
        serve.say(str(problem))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
