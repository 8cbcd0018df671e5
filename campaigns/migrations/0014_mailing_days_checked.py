"""Petitions and signatures obey the constraints of the migration before."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0013_mailing_days'),
    ]

    operations = [
        ValidateConstraint(model_name='petition', name='mailings_end_within_1095_further_days'),
        ValidateConstraint(model_name='signature', name='signature_for_mailings_has_no_more'),
    ]
