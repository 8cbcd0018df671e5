"""Mailing lists as receivers, and what they know of signatures."""

import django.db.models.deletion
from django.db import migrations, models

from campaigns.migrations._database import NOTE_UNSUBSCRIBED


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0005_appeals"),
    ]

    operations = [
        migrations.CreateModel(
            name='Known',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature', models.UUIDField()),
                ('remote', models.BinaryField()),
                ('remote_key', models.BinaryField(max_length=16)),
                ('is_ours', models.BooleanField()),
                ('is_out', models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name='receiver',
            name='audience',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of a mailing list: the number of the list (listmonk), of the audience (Mailchimp) or of the segment (Mautic).', max_length=40, verbose_name='list'),
        ),
        migrations.AddField(
            model_name='receiver',
            name='credential',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='receiver',
            name='kind',
            field=models.CharField(choices=[('webhook', 'web hook'), ('listmonk', 'listmonk'), ('mailchimp', 'Mailchimp'), ('mautic', 'Mautic')], db_default='webhook', default='webhook', max_length=9, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='receiver',
            name='user',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of listmonk the API user, of Mautic the user name.', max_length=80, verbose_name='user'),
        ),
        migrations.AlterField(
            model_name='receiver',
            name='url',
            field=models.CharField(help_text='Of a web hook the address to which events are sent, of a mailing list that of its server. It begins with https://.', max_length=500, verbose_name='address'),
        ),
        migrations.AddConstraint(
            model_name='receiver',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('webhook', 'listmonk', 'mailchimp', 'mautic'))), name='kind_of_a_receiver_is_known'),
        ),
        migrations.AddConstraint(
            model_name='receiver',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'webhook'), models.Q(('credential__isnull', False), ('only_opted_in', True)), _connector='OR'), name='mailing_list_gets_those_who_opted_in'),
        ),
        migrations.AddField(
            model_name='known',
            name='receiver',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.receiver'),
        ),
        migrations.AddIndex(
            model_name='known',
            index=models.Index(fields=['receiver', 'remote_key'], name='known_by_remote_key'),
        ),
        migrations.AddConstraint(
            model_name='known',
            constraint=models.UniqueConstraint(fields=('receiver', 'signature'), name='known_once_by_a_receiver'),
        ),
        NOTE_UNSUBSCRIBED,
    ]
