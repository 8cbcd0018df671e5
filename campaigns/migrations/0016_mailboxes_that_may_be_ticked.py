from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0015_ended_of_a_signature"),
    ]

    operations = [
        migrations.AddField(
            model_name="suppressedmailbox",
            name="may_be_ticked",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
