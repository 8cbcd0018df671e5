from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0027_count_by_changes"),
    ]

    operations = [
        # The worker writes them anew.
        migrations.RunSQL("DELETE FROM campaigns_survey", migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='survey',
            name='countries',
        ),
        migrations.AddField(
            model_name='survey',
            name='figures',
            field=models.JSONField(default=dict, verbose_name='signatures by kind'),
        ),
        migrations.AddField(
            model_name='survey',
            name='pending',
            field=models.PositiveIntegerField(default=0, verbose_name='awaiting confirmation'),
        ),
    ]
