"""What needs the tables with their references, and the indexes by which signatures are found."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from campaigns.finding import pending, trigrams
from campaigns.migrations._database import RESTRICT_SIGNATURES

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
BY_TRAIT: list[str | tuple[str, Any]] = [
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS signatures_by_trait ON campaigns_signature"
    f" USING gin (({TRAITS}))",
    "ALTER INDEX signatures_by_trait ALTER COLUMN 1 SET STATISTICS 0",
    pending.lengthen("signatures_by_trait"),
]


def prepare(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index for parts of names and emails, or those for their beginnings."""
    trigrams.prepare(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0001_initial")]

    operations = [
        RESTRICT_SIGNATURES,
        migrations.RunSQL(BY_TRAIT, "DROP INDEX IF EXISTS signatures_by_trait"),
        migrations.RunPython(prepare, migrations.RunPython.noop),
    ]
