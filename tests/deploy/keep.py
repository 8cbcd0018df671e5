"""Dump the demo's database, as this version makes it, to tests/deploy/releases/VERSION.sql.gz.

    .venv/bin/python -m tests.deploy.keep

Later versions upgrade it in their tests (docs/releasing.md). It contains no real person's data.
"""

import gzip
import subprocess
import tempfile
import tomllib

import psycopg

from servers import databases, postgres
from servers.processes import ROOT, python

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
RELEASES = ROOT / "tests" / "deploy" / "releases"
# The keys with which the tests open these databases.
KEYS = {
    "SECRET_KEY": "only for kept releases: the secret of signed links and of sessions",
    "SIGNATURE_KEY": "only for kept releases: the key of signatures and of their emails",
}


def main() -> None:
    file = RELEASES / f"{VERSION}.sql.gz"
    with databases.temporary("release") as url, tempfile.TemporaryDirectory() as media:
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATABASE_URL": url,
            "MEDIA_ROOT": media,
            **KEYS,
        }
        for command in (("migrate", "--verbosity=0"), ("demo", "--if-empty")):
            python("manage.py", *command, environment=environment)
        with psycopg.connect(url) as connection:
            programs = postgres.programs(connection.info.server_version // 10_000)
        options = ("--no-owner", "--no-privileges")
        done = subprocess.run(
            [programs / "pg_dump", *options, url], capture_output=True, check=True
        )
    RELEASES.mkdir(exist_ok=True)
    file.write_bytes(gzip.compress(done.stdout, mtime=0))
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
