"""Appeals have the workflow of petitions, unless they have one."""

from typing import Any

from django.db import migrations

from campaigns.migrations._workflow import content_type


def assign(apps: Any, schema_editor: Any) -> None:
    Assigned = apps.get_model("wagtailcore", "WorkflowContentType")
    of_petitions = Assigned.objects.filter(content_type=content_type(apps, "petition")).first()
    if of_petitions:
        workflow = {"workflow": of_petitions.workflow}
        Assigned.objects.get_or_create(content_type=content_type(apps, "appeal"), defaults=workflow)


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0009_forwarding"),
    ]

    operations = [
        migrations.RunPython(assign, migrations.RunPython.noop),
    ]
