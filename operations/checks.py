"""What Django's checks of the database say beside its own (manage.py migrate runs them)."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

# Only databases that were made before 1.0 know it.
FORMER = ("campaigns", "0002_permissions")


@register(Tags.database)
def made_since_1_0(databases: list[str] | None = None, **kwargs: Any) -> list[Error]:
    """An error for a database of before 1.0: no migration leads from its tables to these."""
    return [
        Error(
            "This database was made before Lastdrop 1.0, whose tables have other names: begin "
            "with an empty one (in development, delete the folder var/postgres).",
            id="lastdrop.E001",
        )
        for alias in databases or []
        if FORMER in MigrationRecorder(connections[alias]).applied_migrations()
    ]
