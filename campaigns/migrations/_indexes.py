"""Indexes that are made while people sign, by a migration that can be run again."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class AddIndexRepeatably(AddIndexConcurrently):
    """AddIndexConcurrently for a migration that failed or was killed in the middle.

    PostgreSQL then leaves an index behind that is not valid: it is dropped first. One that is valid
    stays as it is.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        name: Any = schema_editor.quote_name(self.index.name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(IS_VALID, [name])
            found = cursor.fetchone()
        if found == (True,):
            return
        if found:  # in a transaction, PostgreSQL refuses the next statement
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)
