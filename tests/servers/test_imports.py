"""Production does not import code that starts servers, and has no demo."""

import os
import subprocess
import sys

from servers.processes import ROOT

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
from django.core.management import ManagementUtility
others = ("servers", "tests", "bench", "script")
print([name for name in sys.modules if name.split(".")[0] in others])
ManagementUtility(["manage.py"]).fetch_command("demo")  # ends, as `manage.py demo` does
"""


def test_production_loads_nothing_that_starts_servers_and_has_no_demo():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=ROOT,
        env=PRODUCTION | {"PYTHONPATH": f".{os.pathsep}site"},
        capture_output=True,
        text=True,
    )

    assert (done.stdout, done.returncode) == ("[]\n", 1), done.stderr
    assert done.stderr.splitlines()[0] == "Unknown command: 'demo'"
