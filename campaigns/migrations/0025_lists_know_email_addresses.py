"""Signers are known at a mailing list by their email address; a new one is known beside the old."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0024_plainer_words")]

    operations = [
        migrations.RemoveConstraint(model_name="known", name="known_once_by_a_receiver"),
        migrations.AddConstraint(
            model_name="known",
            constraint=models.UniqueConstraint(
                fields=["receiver", "signature", "remote_key"], name="known_once_by_a_receiver"
            ),
        ),
    ]
