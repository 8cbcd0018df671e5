"""Short conditions for the triggers on signatures, and a function for what signing rarely needs."""

from django.db import migrations

from campaigns.migrations._database import LAST_MAIL, NOTE_SIGNATURES


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_decisions_are_not_checked")]

    operations = [LAST_MAIL, NOTE_SIGNATURES]
