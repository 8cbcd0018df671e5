import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0065_validate_references'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailingMailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox_key', models.BinaryField(max_length=16, unique=True)),
                ('mailings', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('failed_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'failing mailbox',
                'verbose_name_plural': 'failing mailboxes',
            },
        ),
        migrations.AlterModelOptions(
            name='suppressedmailbox',
            options={'verbose_name': 'mailbox without mailings', 'verbose_name_plural': 'mailboxes without mailings'},
        ),
        migrations.AddField(
            model_name='suppressedmailbox',
            name='reason',
            field=models.CharField(choices=[('unsubscribed', 'unsubscribed'), ('complained', 'reported as spam'), ('bounced', 'mails came back')], db_default='unsubscribed', default='unsubscribed', max_length=12),
        ),
        migrations.AlterField(
            model_name='mailingcount',
            name='outcome',
            field=models.CharField(choices=[('sent', 'sent'), ('refused', 'refused by the mail server'), ('unclear', 'perhaps sent'), ('stopped', 'not sent, since the mailing was stopped'), ('unsub', 'unsubscribed'), ('bounced', 'came back'), ('spam', 'reported as spam')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='suppressedmailbox',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ('unsubscribed', 'complained', 'bounced'))), name='reason_of_suppression_is_known'),
        ),
    ]
