"""The doctor of a database whose tables are not migrated names that, and what mends it."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from operations.doctor import database, findings, upkeep
from operations.doctor.findings import Asked, Finding


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_tables_that_are_not_migrated_are_no_fault_of_the_program_and_no_wrong_key(caplog):
    tables = ("operations_backup", "operations_heartbeat", "campaigns_keyfingerprint")
    checks: dict[str, findings.Check] = {
        "database": database.check,
        "worker": upkeep.running,
        "backups": upkeep.backups,
    }

    def look() -> list[Finding]:
        for table in tables:
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_later")
        try:
            return [each for _, its in findings.examine(checks, Asked()) for each in its]
        finally:
            for table in tables:
                with connection.cursor() as cursor:
                    cursor.execute(f"ALTER TABLE {table}_later RENAME TO {table}")

    MigrationRecorder(connection).record_unapplied("operations", "0001_initial")
    before = look()
    told = caplog.text
    MigrationRecorder(connection).record_applied("operations", "0001_initial")
    after = look()

    missing = "The database is not ready: ProgrammingError: UndefinedTable (42P01)"
    assert [each.what for each in before if each.mend == findings.MIGRATE] == [
        "Migrations: 1 are not applied: run manage.py migrate.",
        f"worker: {missing}",
        missing,
        missing,
    ]
    assert not any("copied it" in each.mend for each in before)
    assert told == ""
    # Where all are applied, it is a mistake in the program, or a table was lost.
    assert "The check broke off: ProgrammingError." in [each.what for each in after]
