"""The indexes by which signatures are found. Nobody signs yet, so that they may block signers."""

from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython, RunSQL

from campaigns.finding import pending, trigrams

# `campaigns.finding.traits` compares with this text.
TRAITS = """
    array_remove(ARRAY[
        'c' || country,
        'l' || language,
        'h' || channel,
        'p' || page_id::text,
        'f' || lower(nullif(framed_by, '')),
        'u' || CASE WHEN updates THEN '' END,
        'z' || upper(translate(postcode, ' -', '')),
        'd' || lower(substring(email from '[^@]*$'))
    ], NULL)
"""
# It holds postcodes and domains, so PostgreSQL must not copy them into its statistics.
STATEMENTS: list[str | tuple[str, Any]] = [
    f"CREATE INDEX signatures_by_trait ON campaigns_signature USING gin (({TRAITS}))",
    "ALTER INDEX signatures_by_trait ALTER COLUMN 1 SET STATISTICS 0",
    pending.lengthen("signatures_by_trait"),
]
BY_TRAIT = RunSQL(STATEMENTS, "DROP INDEX signatures_by_trait")


def prepare(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index for parts of names and emails, or those for their beginnings."""
    trigrams.prepare(schema_editor.connection)


BY_PART = RunPython(prepare, RunPython.noop)
