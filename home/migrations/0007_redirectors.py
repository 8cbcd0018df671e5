"""Moderators lead old addresses to new ones.

Makes the permission rows itself: on an empty database Django's own come only after all migrations.
"""

from django.db import migrations

GROUPS = ["Moderators"]
ACTIONS = ["add", "change", "delete"]


def permission(apps, action):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailredirects", model="redirect"
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=f"{action}_redirect",
        defaults={"name": f"Can {action} redirect"},
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
        ("home", "0006_site_names"),
        ("campaigns", "0002_permissions"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
