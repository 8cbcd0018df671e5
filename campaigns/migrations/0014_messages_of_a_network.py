from django.db import migrations, models

from campaigns.migrations._indexes import AddIndexRepeatably


class Migration(migrations.Migration):
    atomic = False  # the index is made while readers write messages

    dependencies = [
        ('campaigns', '0013_words_of_receivers'),
    ]

    operations = [
        AddIndexRepeatably(
            model_name='message',
            index=models.Index(condition=models.Q(('network_key__isnull', False)), fields=['network_key', 'typed_at'], name='messages_of_a_network'),
        ),
    ]
