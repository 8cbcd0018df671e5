"""Who may do what from the first day: editors, moderators and campaign managers.

All three are granted on the root collection; a team that is confined to one collection is a group
of its own, made in the CMS. Makes the permission rows itself, as Wagtail's migrations do: on an
empty database Django's own come only after all migrations.
"""

from django.db import migrations

PETITION = {
    "add": "Can add petition",
    "change": "Can change petition",
    "delete": "Can delete petition",
    "publish": "Can publish petition",
    "control": "Can pause, resume, close, win and move",
    "view_signatures": "Can view the signatures",
    "export_signatures": "Can export the signatures",
    "delete_signatures": "Can delete signatures",
}
COMPOSE = ["add", "change", "control", "view_signatures"]
ON_ROOT = {
    "Editors": COMPOSE,
    "Moderators": [*COMPOSE, "publish"],
    "Campaign managers": [
        "control",
        "view_signatures",
        "export_signatures",
        "delete_signatures",
    ],
}
HOUSE = [("campaigns", "housewords", "house words"), ("home", "navigation", "navigation")]
ON_HOUSE = {"Editors": ["change"], "Moderators": ["add", "change", "delete"]}


def permission(apps, app_label, model, codename, name):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return found


def petition_permission(apps, action):
    return permission(apps, "campaigns", "petition", f"{action}_petition", PETITION[action])


def house_permissions(apps, actions):
    return [
        permission(apps, app, model, f"{action}_{model}", f"Can {action} {name}")
        for app, model, name in HOUSE
        for action in actions
    ]


def grant(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    grants = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    for name, actions in ON_ROOT.items():
        group, _ = Group.objects.get_or_create(name=name)
        for action in actions:
            grants.get_or_create(
                group=group, collection=root, permission=petition_permission(apps, action)
            )
    for name, actions in ON_HOUSE.items():
        Group.objects.get(name=name).permissions.add(*house_permissions(apps, actions))
    enter = permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")
    Group.objects.get(name="Campaign managers").permissions.add(enter)


def revoke(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Group.objects.filter(name="Campaign managers").delete()
    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.filter(
        group__name__in=ON_ROOT,
        permission__content_type__app_label="campaigns",
        permission__content_type__model="petition",
    ).delete()
    for name, actions in ON_HOUSE.items():
        for group in Group.objects.filter(name=name):
            group.permissions.remove(*house_permissions(apps, actions))


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        # They give every group that enters the CMS a right to choose files: not to managers.
        ("wagtaildocs", "0011_add_choose_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
