"""Editors and moderators may send what they may edit to be translated."""

from django.db import migrations

GROUPS = ["Editors", "Moderators"]


def permission(apps):
    return apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="wagtail_localize", codename="submit_translation"
    )


def grant(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(permission(apps))


def revoke(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(permission(apps))


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("campaigns", "0002_permissions"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
