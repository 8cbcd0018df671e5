"""Migrations lock growing tables for moments only, since people sign at the same time."""

from collections.abc import Iterator

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db.migrations import AddConstraint, AddField, AddIndex, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED, Field

GROWING = {"signature", "outgoingmail"}
FIRST = "0002"  # the one before creates the tables
AT_ONCE = {
    AddIndex: "AddIndexRepeatably (_indexes.py), in a migration that is not atomic",
    AddConstraint: "AddConstraintNotValid, and ValidateConstraint in the next migration",
}


def wrong_with(operation: Operation, migration: Migration) -> str:
    """What to write instead of an operation that locks the table while it reads all rows."""
    kinds = {type(each) for each in migration.operations}
    if isinstance(operation, ValidateConstraint) and AddConstraintNotValid in kinds:
        return "ValidateConstraint in a migration of its own"
    if isinstance(operation, AddField):
        return wrong_with_column(operation.field)
    return AT_ONCE.get(type(operation), "")


def wrong_with_column(field: Field) -> str:
    if field.db_index or field.unique or (field.remote_field and field.db_constraint):
        return "a column without an index or a reference, which follow by themselves"
    if not field.null and field.db_default is NOT_PROVIDED:
        return "null=True, or a db_default"
    return ""


def found_wrong(migrations: list[Migration]) -> Iterator[str]:
    for migration in migrations:
        for operation in migration.operations:
            is_of_growing = getattr(operation, "model_name", "").lower() in GROWING
            if is_of_growing and (instead := wrong_with(operation, migration)):
                yield f"{migration.name}: {operation.describe()}: write {instead}"


@pytest.mark.django_db  # wagtail-localize's first migration queries the database on import
def test_tables_that_grow_are_locked_for_moments():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    migrations = [
        migration
        for (app, name), migration in loader.disk_migrations.items()
        if app == "campaigns" and name >= FIRST
    ]

    assert list(found_wrong(migrations)) == []
