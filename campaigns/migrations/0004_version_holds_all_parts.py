"""Keep the parts of a version as they are, and retain signers' data for a year at most."""

import django.core.validators
from django.db import migrations, models

# What was agreed to is never changed (GDPR, article 7(1)): the database itself refuses.
VERSIONS_STAY = migrations.RunSQL(
    """
    CREATE TRIGGER version_is_never_changed
        BEFORE UPDATE OF tally_id, locale_id, parts, digest, published_at, reason, is_slip
        ON campaigns_version FOR EACH ROW EXECUTE FUNCTION campaigns_keep_version();
    """,
    "DROP TRIGGER version_is_never_changed ON campaigns_version",
)


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0003_parts_of_earlier_versions"),
    ]

    operations = [
        migrations.RemoveField(model_name='version', name='letter'),
        migrations.RemoveField(model_name='version', name='consent'),
        VERSIONS_STAY,
        migrations.AlterField(
            model_name='petition',
            name='retention_days',
            field=models.PositiveSmallIntegerField(default=90, help_text="Counted from the end of the petition, 365 at most. Names, emails and all other personal data are then removed, and the count stays. Once people have signed, this can be shortened, but not lengthened.", validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name="days until signers' data is anonymised"),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('retention_days__range', (1, 365))), name='data_is_retained_for_1_to_365_days', violation_error_message='The number of days must be between 1 and 365.'),
        ),
    ]
