from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("campaigns", "0019_thanks_and_sharing"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='signature',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False), ('moderation', '')), fields=['tally', 'confirmed_at'], name='counted_by_confirmation'),
        ),
        RemoveIndexConcurrently(
            model_name='signature',
            name='counted_signatures',
        ),
    ]
