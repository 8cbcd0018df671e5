import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0013_petitions_of_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=255, verbose_name='reason')),
                ('confirmed_at', models.DateTimeField(auto_now_add=True, verbose_name='confirmed')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hand_confirmation', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'confirmation by hand',
                'verbose_name_plural': 'confirmations by hand',
            },
        ),
        migrations.CreateModel(
            name='StoppedMailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_key', models.BinaryField(max_length=32)),
                ('stopped_at', models.DateTimeField(auto_now_add=True)),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'stopped mailbox',
                'verbose_name_plural': 'stopped mailboxes',
                'constraints': [models.UniqueConstraint(fields=('tally', 'email_key'), name='one_stop_a_mailbox_and_petition')],
            },
        ),
        migrations.CreateModel(
            name='ErasureReceipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('mailbox_key', models.BinaryField(max_length=32)),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='deleted')),
                ('petitions', models.JSONField(default=list)),
                ('others', models.JSONField(default=dict)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'receipt of an erasure',
                'verbose_name_plural': 'receipts of erasures',
                'indexes': [models.Index(fields=['mailbox_key'], name='receipts_of_a_mailbox')],
            },
        ),
    ]
