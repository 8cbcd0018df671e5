"""Receivers of events about signatures, and the triggers that note the events."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import modelcluster.fields
from django.db import migrations, models

from campaigns.migrations._database import NOTE_EVENTS


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0003_contacts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('url', models.CharField(help_text='Events are sent to it by POST. It begins with https://.', max_length=500, verbose_name='address')),
                ('all_petitions', models.BooleanField(default=False, verbose_name='all petitions, also those to come')),
                ('only_opted_in', models.BooleanField(default=True, help_text='Whoever ticks “keep me informed” later is added then, and whoever unticks it or unsubscribes is removed.', verbose_name='only signers who want to be kept informed')),
                ('sends_added', models.BooleanField(default=True, verbose_name='added')),
                ('sends_changed', models.BooleanField(default=True, verbose_name='changed')),
                ('is_on', models.BooleanField(default=True, verbose_name='switched on')),
                ('secret', models.BinaryField()),
                ('old_secret', models.BinaryField(null=True)),
                ('rotated_at', models.DateTimeField(editable=False, null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('failing_since', models.DateTimeField(editable=False, null=True)),
                ('busy_until', models.DateTimeField(editable=False, null=True)),
                ('gave_up_at', models.DateTimeField(editable=False, null=True)),
                ('told_at', models.DateTimeField(editable=False, null=True)),
                ('tallies', models.ManyToManyField(blank=True, related_name='+', to='campaigns.tally', verbose_name='petitions')),
            ],
            options={
                'verbose_name': 'receiver',
                'verbose_name_plural': 'receivers',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4)),
                ('signature', models.UUIDField(null=True)),
                ('kind', models.CharField(choices=[('added', 'added'), ('changed', 'changed'), ('removed', 'removed'), ('test', 'test')], max_length=8)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('outcome', models.CharField(blank=True, choices=[('', 'waiting'), ('sent', 'sent'), ('failed', 'given up'), ('needless', 'no longer needed')], db_default='', default='', max_length=8)),
                ('tried_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('problem', models.CharField(blank=True, choices=[('', ''), ('refused', 'no connection'), ('name', 'the host name is not known'), ('private', 'the address is in a private network'), ('redirect', 'it redirects to another address'), ('slow', 'no answer in time'), ('tls', 'the certificate is not valid')], db_default='', default='', max_length=8)),
                ('ended_at', models.DateTimeField(null=True)),
                ('tally', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
                ('receiver', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='campaigns.receiver')),
            ],
        ),
        migrations.CreateModel(
            name='ReceiverField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('field', models.CharField(choices=[('name', 'name (name)'), ('email', 'email (email)'), ('country', 'country (country)'), ('postcode', 'postcode (postcode)'), ('affiliation', 'organisation (affiliation)'), ('phone', 'phone (phone)'), ('comment', 'comment (comment)'), ('updates', 'keep me informed (updates)'), ('language', 'language (language)'), ('signed_at', 'signed (signed_at)'), ('confirmed_at', 'confirmed (confirmed_at)'), ('channel', 'channel (channel)'), ('source', 'source (source)')], max_length=20, verbose_name='field')),
                ('called', models.CharField(blank=True, help_text='If empty, it is the name in brackets.', max_length=60, verbose_name='name in the event')),
                ('receiver', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='fields_sent', to='campaigns.receiver')),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='receiver',
            constraint=models.CheckConstraint(condition=models.Q(('old_secret__isnull', True), ('rotated_at__isnull', False), _connector='OR'), name='old_secret_has_its_end'),
        ),
        migrations.AddConstraint(
            model_name='receiver',
            constraint=models.CheckConstraint(condition=models.Q(('is_on', False), ('gave_up_at__isnull', True), _connector='OR'), name='receiver_given_up_is_off'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['receiver', 'id'], name='deliveries_of_a_receiver'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('outcome', '')), fields=["receiver", "due_at", "id"], name='waiting_deliveries'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('outcome', '')), fields=["signature", "id"], name='waiting_of_a_signature'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], name='ended_deliveries'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='ended_delivery_has_its_end'),
        ),
        migrations.AddConstraint(
            model_name='receiverfield',
            constraint=models.UniqueConstraint(fields=('receiver', 'field'), name='one_name_a_field_of_a_receiver'),
        ),
        NOTE_EVENTS,
    ]
