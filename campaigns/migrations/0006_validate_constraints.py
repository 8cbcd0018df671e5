import django.contrib.postgres.operations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0005_typed_digest_and_waiting_mails"),
    ]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='outgoingmail',
            name='outcome_is_known',
        ),
    ]
