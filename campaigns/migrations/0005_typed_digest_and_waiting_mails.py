import django.contrib.postgres.operations
from django.db import migrations, models

EMPTY = [
    'comment', 'email', 'email_key', 'name', 'network_key', 'postcode', 'shown_as', 'shown_at', 'typed_digest',
]


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0004_version_holds_all_parts"),
    ]

    operations = [
        migrations.AddField(
            model_name='signature',
            name='typed_digest',
            field=models.BinaryField(max_length=8, null=True),
        ),
        migrations.RemoveConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), models.Q(*((f'{name}__isnull', True) for name in EMPTY)), _connector='OR'), name='anonymised_signature_is_empty'),
        ),
        migrations.AlterField(
            model_name='outgoingmail',
            name='outcome',
            field=models.CharField(blank=True, choices=[('', 'due'), ('sent', 'sent'), ('refused', 'refused by the mail server'), ('abandoned', 'could not be delivered'), ('waiting', 'waits for a moderator')], default='', max_length=9),
        ),
        migrations.RemoveConstraint(
            model_name='outgoingmail',
            name='outcome_is_known',
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ('', 'sent', 'refused', 'abandoned', 'waiting'))), name='outcome_is_known'),
        ),
    ]
