from django.db import migrations

from campaigns.migrations._groups import WRITE_TO_SIGNERS


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0060_mailings"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [WRITE_TO_SIGNERS]
