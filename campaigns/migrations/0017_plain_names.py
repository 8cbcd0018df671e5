"""Names are found without regard to accents: the index of names is made anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from campaigns.finding import trigrams


def prepare(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    trigrams.prepare(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0016_mailboxes_that_may_be_ticked")]

    operations = [migrations.RunPython(prepare, migrations.RunPython.noop)]
