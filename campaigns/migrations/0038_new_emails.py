import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models

EMPTY = [
    'affiliation', 'comment', 'comment_as', 'comment_state', 'email', 'email_key', 'link_key', 'name', 'network_key', 'phone', 'postcode', 'shown_as', 'shown_at', 'typed_digest',
]


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0037_short_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name='NewEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254)),
                ('email_key', models.BinaryField(max_length=32)),
                ('key', models.BinaryField(max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='new_email', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'new email',
                'verbose_name_plural': 'new emails',
            },
        ),
        migrations.AddField(
            model_name='signature',
            name='link_key',
            field=models.BinaryField(max_length=8, null=True),
        ),
        # PostgreSQL would copy values into its statistics, where they outlive their rows.
        migrations.RunSQL(
            'ALTER TABLE campaigns_newemail ALTER COLUMN email SET STATISTICS 0;'
            'ALTER TABLE campaigns_newemail ALTER COLUMN email_key SET STATISTICS 0;'
            'ALTER TABLE campaigns_newemail ALTER COLUMN key SET STATISTICS 0;'
            'ALTER TABLE campaigns_signature ALTER COLUMN link_key SET STATISTICS 0;',
            migrations.RunSQL.noop,
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
            name='kind',
            field=models.CharField(choices=[('confirm', 'please confirm'), ('thanks', 'thank you'), ('already', 'you have already signed'), ('reminder', 'reminder to confirm'), ('newemail', 'please confirm your new email'), ('oldemail', 'a new email was asked for')], max_length=8),
        ),
        migrations.RemoveConstraint(
            model_name='outgoingmail',
            name='kind_is_known',
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('confirm', 'thanks', 'already', 'reminder', 'newemail', 'oldemail'))), name='kind_is_known'),
        ),
    ]
