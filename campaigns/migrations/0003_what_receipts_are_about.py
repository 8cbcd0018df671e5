"""Receipts of erasures say which petitions, and which of two people, the request was about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_references_and_search")]

    operations = [
        migrations.AddField("erasurereceipt", "tallies", models.JSONField(null=True, editable=False)),
        migrations.AddField(
            "erasurereceipt", "name_key", models.BinaryField(max_length=32, null=True)
        ),
    ]
