"""Receivers of those who want mail hear of signers as soon as their email is proven."""

from django.db import migrations

from campaigns.migrations._database import NOTE_PROVEN


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0020_emails_that_were_proven")]

    operations = [migrations.RunSQL(NOTE_PROVEN.sql, migrations.RunSQL.noop)]
