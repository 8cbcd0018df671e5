"""squawk has no objections to the migrations, which run while people sign.

It reads their SQL and finds statements that lock a table for long, or that break processes of the
previous version, which still run at that time.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from servers import postgres

OURS = {"campaigns", "home", "operations", "search", "staff"}
LEFT_OUT = [
    # `lastdrop migrate` runs with a lock_timeout (docs/operators.md). A statement may take long, as
    # long as nobody waits for it.
    "require-lock-timeout",
    "require-statement-timeout",
    # Questions of taste, which Django's fields decide.
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-text-field",
    # A check that is renewed drops its constraint, and the function of CompiledChecks, in the
    # transaction that makes them anew. No process misses a check.
    "ban-drop-constraint",
    "ban-drop-function",
]
# Findings that are known to be harmless: (app, migration, rule), each with its reason.
HARMLESS: set[tuple[str, str, str]] = set()


@pytest.mark.django_db(transaction=True)  # some indexes are made outside of a transaction
def test_migrations_suit_a_site_that_people_sign_on(tmp_path: Path):
    loader = MigrationLoader(connection)
    for (app, name), migration in loader.graph.nodes.items():
        if app in OURS and not name.startswith("0001_"):
            lines = loader.collect_sql([(migration, False)])
            if migration.atomic:
                lines = ["BEGIN;", *lines, "COMMIT;"]
            (tmp_path / f"{app}.{name}.sql").write_text("\n".join(lines) + "\n")
    files = sorted(tmp_path.iterdir())
    command = [Path(sys.executable).with_name("squawk"), f"--pg-version={postgres.OLDEST}"]
    command += ["--reporter=json", *(f"--exclude={rule}" for rule in LEFT_OUT), *files]

    said = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)

    found = {(*Path(each["file"]).stem.split(".", 1), each["rule_name"]) for each in said}
    assert (found - HARMLESS, HARMLESS - found) == (set(), set())
