from django.db import migrations

from campaigns.migrations._references import VALIDATE_SIGNATURES


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0064_signatures_are_restricted"),
    ]

    operations = [VALIDATE_SIGNATURES]
