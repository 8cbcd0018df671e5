import django.contrib.postgres.operations
from django.db import migrations, models

from campaigns.migrations._indexes import AddIndexRepeatably


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("campaigns", "0035_shown_comments"),
    ]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='signature',
            name='comment_to_show_is_agreed_to',
        ),
        AddIndexRepeatably(
            model_name='signature',
            index=models.Index(condition=models.Q(('comment_state__isnull', False)), fields=['tally', 'comment_state', 'id'], name='comments_to_show'),
        ),
    ]
