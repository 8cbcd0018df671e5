"""A check of the database beside Django's own; `manage.py migrate` runs them all."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

# Only databases that were made before 1.0 have this migration.
FORMER = ("campaigns", "0002_permissions")


@register(Tags.database)
def made_since_1_0(databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """An error for a database from before 1.0, whose tables no migration converts."""
    return [
        Error(
            "This database was made before Lastdrop 1.0, whose tables have other names: begin "
            "with an empty one (in development, delete the folder var/postgres).",
            id="lastdrop.E001",
        )
        for alias in databases or []
        if FORMER in MigrationRecorder(connections[alias]).applied_migrations()
    ]
