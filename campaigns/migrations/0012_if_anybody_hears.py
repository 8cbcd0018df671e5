"""A signature costs no event where there is no receiver."""

from django.db import migrations

from campaigns.migrations._database import NOTE_IF_ANYBODY_HEARS


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0011_no_statistics"),
    ]

    operations = [
        NOTE_IF_ANYBODY_HEARS,
    ]
