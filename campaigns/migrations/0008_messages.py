"""Messages that readers send to representatives."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0007_feeds'),
    ]

    operations = [
        migrations.AddField(
            model_name='appeal',
            name='sends',
            field=models.BooleanField(db_default=True, default=True, help_text='Readers can send the message here, after they have confirmed their email. Otherwise there is only their own mail program.', verbose_name='send through this site, too'),
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recipient_name', models.CharField(max_length=120)),
                ('recipient_email', models.CharField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=120)),
                ('text', models.TextField(blank=True)),
                ('mailbox_key', models.BinaryField(max_length=32, null=True)),
                ('network_key', models.BinaryField(max_length=32, null=True)),
                ('typed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'not sent yet'), ('sent', 'sent'), ('refused', 'refused by the mail server'), ('unclear', 'perhaps sent')], default='', max_length=7)),
                ('appeal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='campaigns.appeal')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['due_at'], name='owed_messages'), models.Index(fields=['mailbox_key'], name='messages_of_a_mailbox')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', False)), fields=('appeal', 'mailbox_key', 'recipient_email'), name='one_message_to_a_representative'), models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(('email', ''), ('name', ''), ('subject', ''), ('text', '')), _connector='OR'), name='ended_message_is_empty')],
            },
        ),
    ]
