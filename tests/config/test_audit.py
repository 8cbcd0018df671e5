"""Known weaknesses of packages: what stops, and what is only told."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "script" / "audit.py"


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def package(name, *, fixed=None, **fields):
    weakness = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": fixed or []}
    vulns = [] if fixed is None else [weakness]
    return {"name": name, "version": "1.0", "vulns": vulns} | fields


def test_what_a_newer_version_mends_stops_and_names_the_advice(audit):
    report = {"dependencies": [package("good"), package("bad", fixed=["1.1", "2.0"])]}

    assert audit.findings(report) == (["bad 1.0: PYSEC-1, CVE-1; fixed in 1.1, 2.0"], [])


def test_what_nothing_mends_and_what_the_index_does_not_know_is_told(audit):
    unknown = {"name": "own", "skip_reason": "Dependency not found on PyPI"}
    report = {"dependencies": [package("bad", fixed=[]), unknown]}

    assert audit.findings(report) == (
        [],
        ["bad 1.0: PYSEC-1, CVE-1; no version mends it yet", "The index says nothing of own."],
    )


def test_an_index_that_cannot_be_asked_stops_nothing(audit, monkeypatch, capsys):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setattr(audit, "FILES", ["requirements-server.txt"])

    assert audit.main() == 0
    assert "Packages were not audited" in capsys.readouterr().err


def test_what_is_required_is_followed_to_the_end(audit):
    names = {
        pin.split("==")[0] for pin in audit.pins(["# why", "", "wagtail==1", "psycopg[binary]"])
    }

    assert {"wagtail", "django", "sqlparse", "psycopg", "psycopg-binary"} <= names
    assert "pytest" not in names
