import django.contrib.postgres.operations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0030_questions"),
    ]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='signature',
            name='anonymised_signature_has_no_personal_reply',
        ),
    ]
