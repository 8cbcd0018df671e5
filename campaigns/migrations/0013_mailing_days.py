"""Mailings may go on after a petition's data is anonymised, to signers who want them."""

import django.core.validators
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from campaigns.migrations._database import NOTE_FOR_MAILINGS


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0012_if_anybody_hears'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='petition',
            name='mailing_days',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='How much longer you can write to signers who tick “keep me informed”, 1095 days at most. Only their name, email, country and language are then left, for mailings and mailing lists alone. The form says so beside the box, and nobody’s data is kept longer than the form said when they signed.', validators=[django.core.validators.MaxValueValidator(1095)], verbose_name='further days for mailings'),
        ),
        migrations.AddField(
            model_name='signature',
            name='for_mailings_since',
            field=models.DateTimeField(null=True, verbose_name='kept for mailings alone since'),
        ),
        AddConstraintNotValid(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('mailing_days__range', (0, 1095))), name='mailings_end_within_1095_further_days', violation_error_message='The number of further days must be between 0 and 1095.'),
        ),
        AddConstraintNotValid(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('for_mailings_since__isnull', True), models.Q(('affiliation__isnull', True), ('comment__isnull', True), ('comment_as__isnull', True), ('comment_state__isnull', True), ('network_key__isnull', True), ('phone__isnull', True), ('postcode__isnull', True), ('shown_as__isnull', True), ('shown_at__isnull', True), ('typed_digest__isnull', True)), _connector='OR'), name='signature_for_mailings_has_no_more'),
        ),
        NOTE_FOR_MAILINGS,
    ]
