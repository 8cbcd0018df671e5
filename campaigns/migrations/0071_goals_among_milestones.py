from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0070_changes_of_surveys'),
    ]

    operations = [
        migrations.AddField(
            model_name='milestone',
            name='was_goal',
            field=models.BooleanField(null=True, verbose_name='was the goal'),
        ),
    ]
