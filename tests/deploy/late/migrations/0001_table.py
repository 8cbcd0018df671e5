"""A table that the release before does not know."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunSQL("CREATE TABLE late_note (id uuid PRIMARY KEY)")]
