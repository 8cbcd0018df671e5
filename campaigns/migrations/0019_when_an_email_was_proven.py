from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0018_notices_of_missed_times"),
    ]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="proven_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
