from django.db import migrations, models

from campaigns.migrations._indexes import AddIndexRepeatably


class Migration(migrations.Migration):
    atomic = False  # the index is made while receivers are told of signatures

    dependencies = [
        ('campaigns', '0014_messages_of_a_network'),
    ]

    operations = [
        AddIndexRepeatably(
            model_name='delivery',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['signature'], name='ended_of_a_signature'),
        ),
    ]
