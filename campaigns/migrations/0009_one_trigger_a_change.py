"""One trigger for each kind of change of a signature, where there were two."""

from django.db import migrations

from campaigns.migrations._database import NOTE_SIGNATURES

NO_SECOND_ONE = """
    DROP TRIGGER IF EXISTS tell_inserted ON campaigns_signature;
    DROP TRIGGER IF EXISTS tell_deleted ON campaigns_signature;
    DROP TRIGGER IF EXISTS tell_updated ON campaigns_signature;
    DROP FUNCTION IF EXISTS campaigns_note_event();
    DROP FUNCTION IF EXISTS campaigns_note_change();
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_checks_are_valid")]

    operations = [
        migrations.RunSQL(NOTE_SIGNATURES.sql, migrations.RunSQL.noop),
        migrations.RunSQL(NO_SECOND_ONE, migrations.RunSQL.noop),
    ]
