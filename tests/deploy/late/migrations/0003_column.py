"""A column that the release before does not know, in a table that it writes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("late", "0002_rows")]
    operations = [migrations.RunSQL("ALTER TABLE campaigns_signature ADD COLUMN late text")]
