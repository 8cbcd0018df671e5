import django.contrib.postgres.operations
from django.db import migrations, models

EMPTY = [
    'comment', 'email', 'email_key', 'name', 'network_key', 'postcode', 'shown_as', 'shown_at', 'typed_digest',
]


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0001_initial'),
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
    ]
