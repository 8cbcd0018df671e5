from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0028_refusals_are_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="area",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
    ]
