import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Backup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=200)),
                ('size', models.PositiveBigIntegerField()),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tried_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('unknown_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('digest', models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ('erased_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worker', models.UUIDField()),
                ('thread', models.CharField(max_length=40)),
                ('host', models.CharField(max_length=80)),
                ('beat_at', models.DateTimeField()),
                ('failing', models.TextField(db_default='', default='')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('worker', 'thread'), name='one_heartbeat_a_thread')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked for')),
                ('told', models.JSONField(default=dict)),
                ('order', models.BinaryField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=9, verbose_name='state')),
                ('starts', models.PositiveSmallIntegerField(default=0)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('result', models.JSONField(default=dict)),
                ('error', models.CharField(blank=True, default='', max_length=20)),
                ('file_salt', models.BinaryField(null=True)),
                ('file_expires_at', models.DateTimeField(null=True)),
                ('notice_at', models.DateTimeField(null=True)),
                ('notice_attempts', models.PositiveSmallIntegerField(default=0)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'ordering': ['-made_at'],
                'indexes': [models.Index(fields=['made_by', '-made_at'], name='jobs_of_a_person'), models.Index(condition=models.Q(('state__in', ('waiting', 'running'))), fields=['made_by'], name='jobs_under_way'), models.Index(condition=models.Q(('notice_at__isnull', False)), fields=['notice_at'], name='jobs_to_tell')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ('waiting', 'running'))), models.Q(('ended_at__isnull', False), ('order', None), ('state__in', ('done', 'failed', 'cancelled'))), _connector='OR'), name='ended_job_has_no_order')],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='operations.job')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('job', 'number'), name='one_batch_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Piece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='operations.job')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('job', 'number'), name='one_piece_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Trouble',
            fields=[
                ('kind', models.CharField(max_length=300, primary_key=True, serialize=False)),
                ('what', models.TextField()),
                ('mend', models.TextField()),
                ('begun_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
                ('host', models.CharField(db_default='', default='', max_length=80)),
                ('seen_at', models.DateTimeField(null=True)),
            ],
        ),
        # The pieces of files are written neither into the WAL nor into what is made from it. They
        # are encrypted, so PostgreSQL need not try to compress them.
        migrations.RunSQL(
            "ALTER TABLE operations_piece SET UNLOGGED;"
            "ALTER TABLE operations_piece ALTER COLUMN content SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
    ]
