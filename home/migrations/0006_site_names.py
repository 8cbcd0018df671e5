"""Wagtail's site is called what the house is: mails and feeds read the name there."""

from django.db import migrations


def name_sites(apps, schema_editor):
    sites = apps.get_model("wagtailcore", "Site").objects
    for identity in apps.get_model("home", "Identity").objects.all():
        sites.filter(pk=identity.site_id).update(site_name=identity.name)


class Migration(migrations.Migration):
    dependencies = [("home", "0005_page_names")]

    operations = [migrations.RunPython(name_sites, migrations.RunPython.noop)]
