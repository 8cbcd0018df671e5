from django.db import migrations, models

from campaigns.migrations._indexes import AddIndexRepeatably


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("campaigns", "0033_validate_organisation_and_phone"),
    ]

    operations = [
        AddIndexRepeatably(
            model_name='signature',
            index=models.Index(condition=models.Q(('shown_as__gt', ''), ('confirmed_at__isnull', False), ('moderation', ''), ('affiliation__isnull', False)), fields=['tally', 'shown_at', 'id'], name='showable_organisations'),
        ),
    ]
