import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('campaigns', '0042_limits_of_a_petition'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('alarms', models.BooleanField(db_default=True, default=True, help_text='A mail when the signatures of a petition that you moderate are not as usual.', verbose_name='Alarms')),
                ('weekly', models.BooleanField(db_default=False, default=False, help_text='Each Monday a mail with the numbers of the petitions whose signatures you may view.', verbose_name='Weekly mail')),
                ('weekly_on', models.DateField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'choice of mails',
                'verbose_name_plural': 'choices of mails',
            },
        ),
        migrations.AddField(
            model_name='survey',
            name='week',
            field=models.JSONField(db_default={}, default=dict, verbose_name='last seven days'),
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('many', 'more signatures than usual'), ('few', 'fewer signatures than usual'), ('unconfirmed', 'many without a confirmation'), ('network', 'many from one network'), ('domain', 'many with one email domain'), ('country', 'many from one country'), ('source', 'many by one source'), ('site', 'many on one embedding site')], max_length=11, verbose_name='kind')),
                ('value', models.CharField(blank=True, default='', max_length=254)),
                ('example', models.UUIDField(null=True)),
                ('hour', models.DateTimeField(verbose_name='hour')),
                ('number', models.PositiveIntegerField(verbose_name='signatures')),
                ('of', models.PositiveIntegerField(verbose_name='of so many signatures')),
                ('usual', models.FloatField(verbose_name='usual')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('seen_at', models.DateTimeField(verbose_name='last seen')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('told_at', models.DateTimeField(null=True, verbose_name='told')),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'alarm',
                'verbose_name_plural': 'alarms',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('tally', 'kind', 'value'), name='one_open_alarm_a_kind'), models.CheckConstraint(condition=models.Q(('kind__in', ('many', 'few', 'unconfirmed', 'network', 'domain', 'country', 'source', 'site'))), name='alarm_is_known')],
            },
        ),
        migrations.CreateModel(
            name='TrendHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField(verbose_name='hour')),
                ('signed', models.PositiveIntegerField(verbose_name='signed')),
                ('confirmed', models.PositiveIntegerField(verbose_name='confirmed')),
                ('shared', models.JSONField(default=dict, verbose_name='what many have in common')),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'hour',
                'verbose_name_plural': 'hours',
                'constraints': [models.UniqueConstraint(fields=('tally', 'hour'), name='one_trend_an_hour')],
            },
        ),
    ]
