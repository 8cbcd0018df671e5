"""Who may change topics, and pick results for what people search for, from the first day."""

from django.db import migrations

from campaigns.migrations._rights import for_groups, model_rights

TOPIC = ("campaigns", "topic", "topic")
PICK = ("wagtailsearchpromotions", "searchpromotion", "search promotion")
PICKS = model_rights(*PICK, "add", "change", "delete")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_initial"),
        ("wagtailsearchpromotions", "0008_query_verbose_name"),
    ]

    operations = [
        for_groups(
            {
                "Moderators": [*model_rights(*TOPIC, "add", "change", "delete"), *PICKS],
            }
        ),
    ]
