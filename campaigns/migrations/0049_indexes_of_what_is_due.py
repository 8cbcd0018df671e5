from django.contrib.postgres.operations import RemoveIndexConcurrently, ValidateConstraint
from django.db import migrations, models

from campaigns.migrations._indexes import AddIndexRepeatably


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("campaigns", "0048_lean_outbox"),
    ]

    operations = [
        ValidateConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
        AddIndexRepeatably(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], name='ended_mails'),
        ),
        AddIndexRepeatably(
            model_name='signature',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', True), ('confirmed_at__isnull', True)), fields=['tally', 'moderation'], name='unconfirmed_signatures'),
        ),
        AddIndexRepeatably(
            model_name='signature',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', True), ('email_key__isnull', True)), fields=['tally'], name='keyless_signatures'),
        ),
        RemoveIndexConcurrently(
            model_name='signature',
            name='pending_signatures',
        ),
    ]
