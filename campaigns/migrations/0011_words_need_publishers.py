"""What is public as soon as it is saved is changed by those who may publish, and not by editors."""

from django.db import migrations

from campaigns.migrations._rights import for_groups, model_rights, taken_back

LIVE = [
    *model_rights("campaigns", "defaulttexts", "default texts", "change"),
    *model_rights("home", "navigation", "navigation", "change"),
    *model_rights("campaigns", "topic", "topic", "add", "change"),
    *model_rights(
        "wagtailsearchpromotions", "searchpromotion", "search promotion", "add", "change", "delete"
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0010_editors_ask"),
        # They grant these rights.
        ("home", "0001_initial"),
        ("search", "0001_initial"),
    ]

    operations = [taken_back(for_groups({"Editors": LIVE}))]
