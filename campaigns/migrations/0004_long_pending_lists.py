"""The lists of the indexes by which signatures are found may grow: the worker sorts them in."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from campaigns.finding import pending, trigrams


def prepare(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    trigrams.prepare(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0003_receiver_noted_since")]

    operations = [
        migrations.RunSQL(pending.lengthen("signatures_by_trait"), migrations.RunSQL.noop),
        migrations.RunPython(prepare, migrations.RunPython.noop),
    ]
