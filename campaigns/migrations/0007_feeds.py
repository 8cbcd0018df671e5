"""Feeds as a kind of receiver."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0006_mailing_lists'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='receiver',
            name='kind_of_a_receiver_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='receiver',
            name='mailing_list_gets_those_who_opted_in',
        ),
        migrations.AlterField(
            model_name='delivery',
            name='outcome',
            field=models.CharField(blank=True, choices=[('', 'waiting'), ('sent', 'sent'), ('failed', 'given up'), ('needless', 'no longer needed'), ('noted', 'in the feed')], db_default='', default='', max_length=8),
        ),
        migrations.AlterField(
            model_name='receiver',
            name='kind',
            field=models.CharField(choices=[('webhook', 'web hook'), ('listmonk', 'listmonk'), ('mailchimp', 'Mailchimp'), ('mautic', 'Mautic'), ('feed', 'feed that it fetches (OSDI)')], db_default='webhook', default='webhook', max_length=9, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='receiver',
            name='url',
            field=models.CharField(blank=True, help_text='Of a web hook the address to which events are sent, of a mailing list that of its server. It begins with https://. A feed needs none.', max_length=500, verbose_name='address'),
        ),
        migrations.AddConstraint(
            model_name='receiver',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('webhook', 'listmonk', 'mailchimp', 'mautic', 'feed'))), name='kind_of_a_receiver_is_known'),
        ),
        migrations.AddConstraint(
            model_name='receiver',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('webhook', 'feed')), models.Q(('credential__isnull', False), ('only_opted_in', True)), _connector='OR'), name='mailing_list_gets_those_who_opted_in'),
        ),
    ]
