from django.db import migrations, models

from campaigns.migrations._indexes import AddIndexRepeatably


class Migration(migrations.Migration):
    atomic = False  # the index is made while mails leave

    dependencies = [
        ('campaigns', '0029_recipients_of_forwarded_mails'),
    ]

    operations = [
        AddIndexRepeatably(
            model_name='forwardedmail',
            index=models.Index(fields=['tally', 'target', '-started_at'], name='forwarded_mails_to_a_target'),
        ),
    ]
