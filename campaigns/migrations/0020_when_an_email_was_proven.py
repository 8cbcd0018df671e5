from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0016_mailboxes_that_may_be_ticked"),
    ]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="proven_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
