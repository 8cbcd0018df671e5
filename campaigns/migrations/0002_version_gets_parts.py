"""Make room in a version for all that signers read, and for corrections of slips."""

from django.db import migrations, models

# Lifted until the next but one migration puts it back, over the columns that there are then.
LIFT = migrations.RunSQL(
    "DROP TRIGGER IF EXISTS version_is_never_changed ON campaigns_version",
    """
    CREATE TRIGGER version_is_never_changed
        BEFORE UPDATE OF tally_id, locale_id, letter, consent, digest, published_at, reason
        ON campaigns_version FOR EACH ROW EXECUTE FUNCTION campaigns_keep_version();
    """,
)


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0001_initial"),
    ]

    operations = [
        LIFT,
        migrations.AddField(
            model_name='version',
            name='parts',
            field=models.JSONField(default=dict, editable=False, verbose_name='parts'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='version',
            name='is_slip',
            field=models.BooleanField(db_default=False, default=False, verbose_name='corrects a slip'),
        ),
        migrations.AddField(
            model_name='changereason',
            name='is_slip',
            field=models.BooleanField(db_default=False, default=False, verbose_name='corrects a slip'),
        ),
        migrations.AlterField(
            model_name='changereason',
            name='reason',
            field=models.TextField(blank=True, verbose_name='reason'),
        ),
    ]
