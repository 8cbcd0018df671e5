"""The doctor checks whether a package of the site has a known vulnerability."""

import json
from http.server import BaseHTTPRequestHandler

import django
import pytest

from operations.doctor import packages
from operations.doctor.findings import Asked
from tests.campaigns.sync.server import Server


def found() -> list[tuple[str, bool]]:
    return [(finding.what, finding.is_fault) for finding in packages.check(Asked())]


def test_it_asks_of_all_packages_at_once_and_names_those_that_have_one(osv: Server):
    def answer(handler: BaseHTTPRequestHandler) -> None:
        queries = json.loads(osv.got[-1].body)["queries"]
        results = [
            {"vulns": [{"id": "GHSA-1"}, {"id": "PYSEC-2"}]} if is_django(query) else {}
            for query in queries
        ]
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(json.dumps({"results": results}).encode())

    def is_django(query: dict) -> bool:
        return query["package"] == {"ecosystem": "PyPI", "name": "django"}

    osv.act = answer
    [(what, is_fault)] = found()

    assert what.startswith(f"django {django.__version__}")
    assert what.endswith(" has a known vulnerability: GHSA-1, PYSEC-2.")
    assert not is_fault  # There may be no version that mends it.
    assert len(osv.got) == 1
    assert '"pip"' not in osv.got[0].body


@pytest.mark.parametrize(
    ("status", "body"),
    [(503, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"results": []}')],
    ids=["down", "no JSON", "a list", "too few"],
)
def test_an_answer_that_is_none_is_a_hint(osv: Server, status: int, body: bytes):
    osv.status, osv.body = status, body

    [(what, is_fault)] = found()

    assert what.startswith("osv.dev could not be asked for known vulnerabilities: ")
    assert not is_fault
