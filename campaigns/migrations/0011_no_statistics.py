"""PostgreSQL keeps nothing of what people typed in the statistics of later tables, either."""

from django.db import migrations

from campaigns.migrations._database import NO_LATER_STATISTICS


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0010_appeals_are_approved"),
    ]

    operations = [
        NO_LATER_STATISTICS,
    ]
