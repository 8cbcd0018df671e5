import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0036_comments_to_show"),
    ]

    operations = [
        migrations.CreateModel(
            name='CodeTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network_key', models.BinaryField(max_length=32, null=True)),
                ('tried_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'try of a code',
                'verbose_name_plural': 'tries of codes',
            },
        ),
        migrations.CreateModel(
            name='LinkCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.BinaryField(max_length=32, unique=True)),
                ('purpose', models.CharField(choices=[('confirm', 'confirm'), ('manage', 'see and correct')], max_length=7)),
                ('typed', models.BinaryField(default=b'', max_length=8)),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='link_codes', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'short code',
                'verbose_name_plural': 'short codes',
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ('confirm', 'manage'))), name='purpose_of_code_is_known')],
            },
        ),
        # PostgreSQL would copy keys into its statistics, where they outlive their rows.
        migrations.RunSQL(
            'ALTER TABLE campaigns_linkcode ALTER COLUMN code_hash SET STATISTICS 0;'
            'ALTER TABLE campaigns_codetry ALTER COLUMN network_key SET STATISTICS 0;',
            migrations.RunSQL.noop,
        ),
    ]
