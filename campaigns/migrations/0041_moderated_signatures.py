from django.db import migrations, models

from campaigns.migrations._indexes import AddIndexRepeatably


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("campaigns", "0040_link_codes_leave_no_statistics"),
    ]

    operations = [
        AddIndexRepeatably(
            model_name='signature',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', True), ('moderation__gt', '')), fields=['moderation', 'tally', 'moderation_reason'], name='moderated_signatures'),
        ),
    ]
