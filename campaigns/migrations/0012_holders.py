"""Campaign managers may keep signers' data beyond its days, as in 0002."""

from django.db import migrations


def permission(apps):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="campaigns", model="petition"
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="hold_signatures_petition",
        defaults={"name": "Can keep the signatures beyond their days"},
    )
    return found


def grant(apps, schema_editor):
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for group in apps.get_model("auth", "Group").objects.filter(name="Campaign managers"):
        apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
            group=group, collection=root, permission=permission(apps)
        )


def revoke(apps, schema_editor):
    grants = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    grants.filter(permission=permission(apps)).delete()


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_holding")]

    operations = [migrations.RunPython(grant, revoke)]
