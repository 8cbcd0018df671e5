"""Fills the table, one row after the other, and can be run twice (docs/conventions.md)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FILL = """
    INSERT INTO late_note SELECT id FROM campaigns_signature signature
    WHERE NOT EXISTS (SELECT FROM late_note note WHERE note.id = signature.id)
    ORDER BY id LIMIT 1 FOR UPDATE OF signature
"""


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(FILL)
        while cursor.rowcount:
            cursor.execute(FILL)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("late", "0001_table")]
    operations = [migrations.RunPython(fill)]
