"""Mails with confirmed signatures to the targets of a petition."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from campaigns.migrations._database import RESTRICT_SIGNATURES


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0008_messages'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Forwarded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(max_length=36)),
                ('found_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='ForwardedMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(max_length=36)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'under way'), ('sent', 'sent'), ('unclear', 'perhaps sent'), ('later', 'not taken for now'), ('refused', 'refused by the mail server'), ('bounced', 'came back'), ('spam', 'reported as spam'), ('empty', 'nobody was left in it')], default='', max_length=7)),
            ],
            options={
                'verbose_name': 'mail to a target',
                'verbose_name_plural': 'mails to targets',
            },
        ),
        migrations.AddField(
            model_name='petition',
            name='forwards',
            field=models.CharField(choices=[('off', 'do not mail them'), ('each', 'one mail for each signature, in the signer’s name'), ('digest', 'mails with a list of names')], db_default='off', default='off', help_text='To those targets whose contact has an email. The form says so to everybody who signs, and only signatures of people who have read it are mailed. Nothing is sent before somebody presses “Start mails to the targets”.', max_length=6, verbose_name='mail confirmed signatures to the targets'),
        ),
        migrations.AddField(
            model_name='petition',
            name='offers_answers',
            field=models.BooleanField(db_default=False, default=False, help_text='Only with one mail for each signature. Answers then go to those signers who tick a separate box; all others go to the address from which this site sends.', verbose_name='ask whether the targets may answer'),
        ),
        migrations.AddField(
            model_name='signature',
            name='may_answer',
            field=models.BooleanField(db_default=False, default=False, verbose_name='the targets may answer'),
        ),
        migrations.AddField(
            model_name='tally',
            name='forwarding_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='mails to the targets since'),
        ),
        migrations.AddField(
            model_name='tally',
            name='forwarding_failed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='tally',
            name='forwarding_told_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='tally',
            name='forwards_hourly',
            field=models.PositiveSmallIntegerField(db_default=60, default=60),
        ),
        migrations.AddField(
            model_name='tally',
            name='forwards_together',
            field=models.PositiveSmallIntegerField(db_default=50, default=50),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('forwards', 'off'), ('confirms_by_email', True), _connector='OR'), name='mailed_signatures_are_confirmed', violation_error_message='Signatures can be mailed to the targets only if they are confirmed by email.'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('offers_answers', False), ('forwards', 'each'), _connector='OR'), name='answers_follow_mails_of_signers', violation_error_message='The targets can answer signers only where each signature is a mail of its own.'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.CheckConstraint(condition=models.Q(('forwards_hourly__range', (1, 3600)), ('forwards_together__range', (1, 500))), name='mails_to_targets_are_sensible'),
        ),
        migrations.AddField(
            model_name='forwarded',
            name='signature',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='forwarded', to='campaigns.signature'),
        ),
        migrations.AddField(
            model_name='forwarded',
            name='tally',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally'),
        ),
        migrations.AddField(
            model_name='forwardedmail',
            name='tally',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='forwarded_mails', to='campaigns.tally'),
        ),
        migrations.AddField(
            model_name='forwarded',
            name='mail',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='campaigns.forwardedmail'),
        ),
        migrations.AddIndex(
            model_name='forwardedmail',
            index=models.Index(fields=['tally', '-started_at'], name='forwarded_mails_of_a_petition'),
        ),
        migrations.AddIndex(
            model_name='forwardedmail',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['started_at'], name='forwarded_under_way'),
        ),
        migrations.AddIndex(
            model_name='forwarded',
            index=models.Index(condition=models.Q(('mail', None)), fields=['tally', 'target', 'id'], name='signatures_to_forward'),
        ),
        migrations.AddConstraint(
            model_name='forwarded',
            constraint=models.UniqueConstraint(fields=('signature', 'target'), name='one_mail_to_a_target_a_signature'),
        ),
        RESTRICT_SIGNATURES,
    ]
