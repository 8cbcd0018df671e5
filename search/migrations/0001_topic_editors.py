"""Editors add topics and change them; moderators delete them, too.

Makes the permission rows itself: on an empty database Django's own come only after all migrations.
"""

from django.db import migrations

RIGHTS = {"Editors": ["add", "change"], "Moderators": ["add", "change", "delete"]}


def permission(apps, action):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="campaigns", model="topic"
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=f"{action}_topic",
        defaults={"name": f"Can {action} topic"},
    )
    return found


def grant(apps, schema_editor):
    for name, actions in RIGHTS.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=name):
            group.permissions.add(*(permission(apps, action) for action in actions))


def revoke(apps, schema_editor):
    for name, actions in RIGHTS.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=name):
            group.permissions.remove(*(permission(apps, action) for action in actions))


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0017_topics")]

    operations = [migrations.RunPython(grant, revoke)]
