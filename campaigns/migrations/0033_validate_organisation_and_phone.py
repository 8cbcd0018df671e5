import django.contrib.postgres.operations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0032_organisation_and_phone"),
    ]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
    ]
