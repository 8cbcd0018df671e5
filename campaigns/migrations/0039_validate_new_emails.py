import django.contrib.postgres.operations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0038_new_emails"),
    ]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='outgoingmail',
            name='kind_is_known',
        ),
    ]
