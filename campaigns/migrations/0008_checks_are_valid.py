"""All rows have kept the rules before, when each was a check of its own."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_compiled_checks")]

    operations = [
        ValidateConstraint("outgoingmail", "outgoing_mail_is_sound"),
        ValidateConstraint("signature", "signature_is_sound"),
    ]
