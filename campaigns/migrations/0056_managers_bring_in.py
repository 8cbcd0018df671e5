"""Campaign managers bring in what was signed elsewhere."""

from django.db import migrations

from campaigns.migrations import _groups


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0055_ledger"),
    ]

    operations = [
        _groups.BRING_IN,
    ]
