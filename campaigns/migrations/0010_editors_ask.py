"""Editors ask for what acts at once and in public; who may publish does it."""

from django.db import migrations

from campaigns.migrations import _groups


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0009_notices_requests_victory"),
    ]

    operations = [
        _groups.EDITORS_ASK,
    ]
