"""Editors and moderators pick results for what people search for.

Makes the permission rows itself: on an empty database Django's own come only after all migrations.
"""

from django.db import migrations

GROUPS = ["Editors", "Moderators"]
ACTIONS = ["add", "change", "delete"]


def permission(apps, action):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailsearchpromotions", model="searchpromotion"
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=f"{action}_searchpromotion",
        defaults={"name": f"Can {action} search promotion"},
    )
    return found


def grant(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*(permission(apps, action) for action in ACTIONS))


def revoke(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*(permission(apps, action) for action in ACTIONS))


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_topic_editors"),
        ("wagtailsearchpromotions", "0008_query_verbose_name"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
