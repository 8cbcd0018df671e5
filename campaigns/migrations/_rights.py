"""The permissions that migrations grant to the groups Editors, Moderators and Campaign managers.

The permission rows are created here, as in Wagtail's migrations: on an empty database, Django
creates its own only after all migrations.
"""

from typing import Any, NamedTuple

from django.db.migrations import RunPython


class Right(NamedTuple):
    """A Django permission, given by the columns of its row."""

    app_label: str
    model: str
    codename: str
    name: str


Granted = dict[str, list[Right]]


def model_rights(app_label: str, model: str, name: str, *actions: str) -> list[Right]:
    """Return Django's default permissions (add, change, delete, view) for a model."""
    return [
        Right(app_label, model, f"{action}_{model}", f"Can {action} {name}") for action in actions
    ]


def for_groups(granted: Granted) -> RunPython:
    """Grant permissions that apply everywhere."""

    def grant(apps: Any, schema_editor: Any) -> None:
        for name, rights in granted.items():
            group(apps, name).permissions.add(*(row(apps, right) for right in rights))

    def revoke(apps: Any, schema_editor: Any) -> None:
        for name, rights in granted.items():
            group(apps, name).permissions.remove(*(row(apps, right) for right in rights))

    return RunPython(grant, revoke)


def on_root_collection(granted: Granted) -> RunPython:
    """Grant permissions for the root collection and the collections below it.

    A team that is confined to one collection gets a group of its own, created in the CMS.
    """

    def grants(apps: Any) -> Any:
        return apps.get_model("wagtailcore", "GroupCollectionPermission").objects

    def grant(apps: Any, schema_editor: Any) -> None:
        root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
        for name, rights in granted.items():
            for right in rights:
                grants(apps).get_or_create(
                    group=group(apps, name), collection=root, permission=row(apps, right)
                )

    def revoke(apps: Any, schema_editor: Any) -> None:
        for name, rights in granted.items():
            permissions = [row(apps, right) for right in rights]
            grants(apps).filter(group__name=name, permission__in=permissions).delete()

    return RunPython(grant, revoke)


def group(apps: Any, name: str) -> Any:
    return apps.get_model("auth", "Group").objects.get_or_create(name=name)[0]


def row(apps: Any, right: Right) -> Any:
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=right.app_label, model=right.model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=right.codename, defaults={"name": right.name}
    )
    return found
