"""Wagtail's log, which has no end, names no contact any more."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Value
from django.db.models.functions import Concat


def name_nobody(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    entries = apps.get_model("wagtailcore", "ModelLogEntry").objects
    of_contacts = entries.filter(
        content_type__app_label="campaigns", content_type__model="contact"
    )
    of_contacts.update(label=Concat(Value("Contact "), F("object_id")))


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0021_proven_signatures_are_told")]

    operations = [migrations.RunPython(name_nobody, migrations.RunPython.noop)]
