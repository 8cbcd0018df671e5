"""Who may judge signatures and keep the screening lists from the first day, as in 0002."""

from django.db import migrations

JUDGES = ["Moderators", "Campaign managers"]
RULES = ["add", "change", "delete", "view"]


def permission(apps, model, codename, name):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="campaigns", model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return found


def permissions(apps):
    judge = permission(
        apps, "petition", "moderate_signatures_petition", "Can release and invalidate signatures"
    )
    rules = [
        permission(apps, "screeningrule", f"{verb}_screeningrule", f"Can {verb} screening rule")
        for verb in RULES
    ]
    return judge, rules


def grant(apps, schema_editor):
    judge, rules = permissions(apps)
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=JUDGES):
        apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
            group=group, collection=root, permission=judge
        )
        group.permissions.add(*rules)


def revoke(apps, schema_editor):
    judge, rules = permissions(apps)
    grants = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    grants.filter(permission=judge).delete()
    for group in apps.get_model("auth", "Group").objects.filter(name__in=JUDGES):
        group.permissions.remove(*rules)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_judging")]

    operations = [migrations.RunPython(grant, revoke)]
