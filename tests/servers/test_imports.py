"""Production does not import code that starts servers, and only tests import tests."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from servers.processes import ROOT

FOLDERS = ("bench", "campaigns", "demo", "home", "script", "search", "servers", "site", "staff")
OUTSIDE = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "only for a test: long enough to be one of fifty characters and more",
    "SIGNATURE_KEY": "only for a test: long enough to be the key of signatures",
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "ALLOWED_HOSTS": "example.org",
    "BASE_URL": "https://example.org",
}
LOADED = """
import sys
import django
django.setup()
import config.urls
others = ("servers", "tests", "bench", "script")
print([name for name in sys.modules if name.split(".")[0] in others])
"""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_nothing_outside_the_tests_imports_from_them():
    wrong = {path for path in OUTSIDE for name in imports(path) if name.split(".")[0] == "tests"}

    assert wrong == set()


def test_production_loads_nothing_that_starts_servers():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=ROOT,
        env=PRODUCTION | {"PYTHONPATH": f".{os.pathsep}site"},
        capture_output=True,
        text=True,
    )

    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
