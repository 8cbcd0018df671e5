"""Who could export, may export each shape but “Everything”, which administrators give.

The permission `export_signatures` is from now on the one to hand out a person's data to them.
"""

from typing import Any

from django.db import migrations

from campaigns.migrations._groups import PETITION, SHAPES
from campaigns.migrations._rights import row


def grant(apps: Any, schema_editor: Any) -> None:
    granted = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    exporting = row(apps, PETITION["export_signatures"])
    shapes = [row(apps, right) for right in SHAPES.values()]
    for each in granted.filter(permission=exporting):
        for permission in shapes:
            granted.get_or_create(
                group_id=each.group_id, collection_id=each.collection_id, permission=permission
            )


def revoke(apps: Any, schema_editor: Any) -> None:
    shapes = [row(apps, right) for right in SHAPES.values()]
    granted = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    granted.filter(permission__in=shapes).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0057_rights_of_exports"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
