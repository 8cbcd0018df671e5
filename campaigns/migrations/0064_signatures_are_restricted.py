from django.db import migrations

from campaigns.migrations._references import RESTRICT_SIGNATURES


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0063_resendings"),
    ]

    operations = [RESTRICT_SIGNATURES]
