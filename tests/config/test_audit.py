"""Known vulnerabilities of packages: which fail the audit, and which only lead to a warning."""

import importlib.util
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "script" / "audit.py"


@pytest.fixture
def audit(tmp_path, monkeypatch):
    """The script as a module. Neither of its two sources can be reached."""
    spec = importlib.util.spec_from_file_location("audit", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    module.FILES = ["requirements-server.txt"]
    module.AUDITED = tmp_path / "audited.json"
    module.WARNINGS = tmp_path / "var" / "audit.txt"
    return module


class Advisories(BaseHTTPRequestHandler):
    """A source that answers as OSV does, and lists a vulnerability of one package."""

    fixed = [{"fixed": "99"}]

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        vulns = []
        if asked["package"]["name"] == "psutil":
            ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, *self.fixed]}]
            affected = [{"package": asked["package"], "ranges": ranges}]
            vulns = [{"id": "GHSA-1", "summary": "It is weak.", "affected": affected}]
        body = json.dumps({"vulns": vulns}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Log nothing."""


@pytest.fixture
def advisories(audit, monkeypatch):
    """A source that answers. It is the only one that the script queries."""
    monkeypatch.setattr(Advisories, "fixed", Advisories.fixed)
    with ThreadingHTTPServer(("127.0.0.1", 0), Advisories) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        audit.SOURCES = {"osv": [f"--osv-url=http://127.0.0.1:{server.server_port}/"]}
        yield Advisories
        server.shutdown()


def package(name, *, fixed=None, **fields):
    weakness = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": fixed or []}
    vulns = [] if fixed is None else [weakness]
    return {"name": name, "version": "1.0", "vulns": vulns} | fields


def test_what_a_newer_version_mends_stops_and_is_told_once(audit):
    report = {"dependencies": [package("good"), package("bad", fixed=["1.1", "2.0"])]}
    other = {"id": "GHSA-2", "aliases": ["CVE-1"], "fix_versions": ["1.1"]}
    second = {"dependencies": [package("bad", vulns=[other])]}

    found = audit.findings([report, second])

    assert found == (["bad 1.0: PYSEC-1, CVE-1; fixed in 1.1, 2.0"], [])


def test_what_nothing_mends_and_what_a_source_does_not_know_is_told(audit):
    unknown = {"name": "own", "skip_reason": "Dependency not found"}
    report = {"dependencies": [package("bad", fixed=[]), unknown]}

    assert audit.findings([report]) == (
        [],
        ["bad 1.0: PYSEC-1, CVE-1; no version mends it yet", "One source says nothing of own."],
    )


def test_sources_that_cannot_be_asked_stop_nothing_but_are_seen(audit, capsys):
    stopped = audit.main([])

    said = capsys.readouterr().err
    assert stopped == 0
    assert said == audit.WARNINGS.read_text()
    first, second, when = said.splitlines()
    assert first.startswith("Packages were not audited by pypi: ")
    assert second.startswith("Packages were not audited by osv: ")
    assert when == "The packages of this version were never audited by all sources."


def test_a_known_hole_stops(audit, advisories, capsys):
    assert audit.main([]) == 1

    hole = capsys.readouterr().err
    assert hole.startswith("psutil ")
    assert hole.endswith(": GHSA-1; fixed in 99\n")


def test_an_audit_is_noted_once_all_sources_have_answered(audit, advisories, capsys):
    advisories.fixed = []
    audit.main(["--note"])
    audit.SOURCES = {"pypi": []}
    stopped = audit.main(["--note"])
    audit.FILES = ["requirements-server.in"]

    day = json.loads(audit.AUDITED.read_text())["on"]
    said = capsys.readouterr().err.splitlines()
    assert stopped == 1
    assert said[-1] == f"The last audit by all sources was on {day}, of these packages."
    assert (
        audit.last()
        == f"The last audit by all sources was on {day}, of other versions of the packages."
    )
