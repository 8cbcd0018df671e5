"""Production is strict: it does not start without its settings, or with wrong ones."""

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.conftest import database_url

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


def production(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            "PYTHONPATH": "site",
            "PYTHONWARNINGS": f"default,{SETTINGS_OF_MAIL}",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            **variables,
        },
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("left", ["missing", "empty"])
def test_production_names_the_variable_that_is_not_set(name: str, left: str):
    variables = {**REQUIRED, name: ""}
    if left == "missing":
        del variables[name]

    result = production("-c", "import django; django.setup()", **variables)

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].endswith(
        f"Set the environment variable {name} (see docs/settings.md)."
    )


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///site.db", "mysql://root@localhost/site"])
def test_production_takes_no_database_but_postgresql(url: str):
    result = production("-c", "import django; django.setup()", **{**REQUIRED, "DATABASE_URL": url})

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].endswith(
        "DATABASE_URL must read postgres://user:password@host:port/database."
    )


@pytest.mark.django_db  # Checks of packages query the database's version, and would wait for it.
def test_production_passes_the_deployment_check():
    variables = {**REQUIRED, "DATABASE_URL": database_url()}
    result = production("manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables)

    assert (result.returncode, result.stderr) == (0, "")


def test_the_folder_site_does_not_hide_the_standard_library():
    result = production("-c", "import site; print(site.getsitepackages()[0])")

    assert Path(result.stdout.strip()).name == "site-packages"
    assert not (ROOT / "site" / "__init__.py").exists()


@pytest.mark.parametrize("name", ["dev", "production"])
def test_a_slash_at_the_end_of_the_origin_does_no_harm(name: str):
    variables = {**REQUIRED, "BASE_URL": "https://example.org/"}
    settings = {"DJANGO_SETTINGS_MODULE": f"config.settings.{name}"}

    script = "from django.conf import settings; print(settings.BASE_URL)"
    result = production("-c", script, **(variables | settings))

    assert result.stdout == "https://example.org\n"
