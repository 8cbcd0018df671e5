from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0030_forwarded_mails_to_a_target"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="area",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
    ]
