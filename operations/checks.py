"""A system check of the database; `manage.py migrate` runs it together with Django's own."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

APPS = {"campaigns", "home", "operations", "search", "staff"}


@register(Tags.database)
def made_since_1_0(databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """Return an error for a database from before 1.0, which no migration converts.

    Such a database has applied migrations that no longer exist: 1.0 started with new ones.
    """
    here = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [
        Error(
            "This database was made before Lastdrop 1.0, and no migration converts it: begin "
            "with an empty one (in development, delete the folder var/postgres).",
            id="lastdrop.E001",
        )
        for alias in databases or []
        if any(
            app in APPS and (app, name) not in here
            for app, name in MigrationRecorder(connections[alias]).applied_migrations()
        )
    ]
