"""Production is strict: it does not start without its settings, or with wrong ones."""

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
# Django 6.1 has other settings in the place of these, which 5.2 does not have (docs/upgrading.md).
SETTINGS_OF_MAIL = "ignore:The EMAIL_:PendingDeprecationWarning"
REQUIRED = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "SIGNATURE_KEY": secrets.token_urlsafe(50),
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "ALLOWED_HOSTS": "example.org",
    "BASE_URL": "https://example.org",
}


# Load the production settings again with each of these sets of variables.
LOADING = """
import json, os, sys
from django.core.exceptions import ImproperlyConfigured
given, said = dict(os.environ), []
for variables in json.load(sys.stdin):
    os.environ.clear()
    wanted = given | variables
    os.environ.update({name: value for name, value in wanted.items() if value is not None})
    for name in [name for name in sys.modules if name.startswith("config.settings")]:
        del sys.modules[name]
    try:
        import config.settings.production
        said.append("")
    except ImproperlyConfigured as error:
        said.append(str(error))
print(json.dumps(said))
"""


def production(
    *arguments: str, stdout: IO[str] | int = subprocess.PIPE, **variables: str
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            "PYTHONPATH": "site",
            "PYTHONWARNINGS": f"default,{SETTINGS_OF_MAIL}",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            **variables,
        },
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


def said_to(*cases: dict[str, str | None]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADING],
        cwd=ROOT,
        env={"PYTHONPATH": "site", **REQUIRED},
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_production_names_the_variable_that_is_not_set():
    """The first of them. What is said about each is in test_wrong_settings.py."""
    result = production("-c", "import django; django.setup()")

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].endswith(
        "Set the environment variable SECRET_KEY (see docs/settings.md)."
    )


def test_the_folder_site_does_not_hide_the_standard_library():
    result = production("-c", "import site; print(site.getsitepackages()[0])")

    assert Path(result.stdout.strip()).name == "site-packages"
    assert not (ROOT / "site" / "__init__.py").exists()


def test_a_slash_at_the_end_of_the_origin_does_no_harm():
    url = "runpy.run_module(f'config.settings.{name}')['BASE_URL']"
    script = f"import runpy; print(*({url} for name in ('dev', 'production')))"

    result = production("-c", script, **{**REQUIRED, "BASE_URL": "https://example.org/"})

    assert result.stdout == "https://example.org https://example.org\n", result.stderr
