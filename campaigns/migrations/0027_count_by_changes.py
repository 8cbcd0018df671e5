import django.db.models.deletion
from django.db import migrations, models

COUNTED_BEFORE = "OLD.confirmed_at IS NOT NULL AND OLD.moderation = ''"
COUNTED_NOW = "NEW.confirmed_at IS NOT NULL AND NEW.moderation = ''"
# What was confirmed less than five seconds ago is found by its time. (A count is settled after ten.)
IS_NEW = "NEW.confirmed_at >= statement_timestamp() - interval '5 seconds'"
# Anonymising moves the times of old signatures to the beginning of their day.
IS_COARSER = """OLD.confirmed_at < statement_timestamp() - interval '1 day'
    AND NEW.confirmed_at <= OLD.confirmed_at"""

NOTE_CHANGES = migrations.RunSQL(
    f"""
    CREATE FUNCTION campaigns_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' AND {COUNTED_BEFORE} THEN
            INSERT INTO campaigns_countchange (tally_id, confirmed_at, number)
            VALUES (OLD.tally_id, OLD.confirmed_at, -1);
        END IF;
        IF TG_OP <> 'DELETE' AND {COUNTED_NOW} THEN
            INSERT INTO campaigns_countchange (tally_id, confirmed_at, number)
            VALUES (NEW.tally_id, NEW.confirmed_at, 1);
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER note_inserted AFTER INSERT ON campaigns_signature FOR EACH ROW
        WHEN ({COUNTED_NOW} AND NOT ({IS_NEW})) EXECUTE FUNCTION campaigns_note_change();
    CREATE TRIGGER note_deleted AFTER DELETE ON campaigns_signature FOR EACH ROW
        WHEN ({COUNTED_BEFORE}) EXECUTE FUNCTION campaigns_note_change();
    CREATE TRIGGER note_updated
        AFTER UPDATE OF tally_id, confirmed_at, moderation ON campaigns_signature FOR EACH ROW
        WHEN (
            ({COUNTED_BEFORE}) <> ({COUNTED_NOW}) AND NOT (OLD.confirmed_at IS NULL AND {IS_NEW})
            OR {COUNTED_BEFORE} AND {COUNTED_NOW} AND (OLD.tally_id <> NEW.tally_id
                OR OLD.confirmed_at <> NEW.confirmed_at AND NOT ({IS_COARSER})))
        EXECUTE FUNCTION campaigns_note_change();
    """,
    """
    DROP TRIGGER note_inserted ON campaigns_signature;
    DROP TRIGGER note_deleted ON campaigns_signature;
    DROP TRIGGER note_updated ON campaigns_signature;
    DROP FUNCTION campaigns_note_change();
    """,
)


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0026_reminder_and_already_signed"),
    ]

    operations = [
        migrations.CreateModel(
            name='CountChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(verbose_name='confirmed')),
                ('number', models.SmallIntegerField(verbose_name='more or less')),
                ('tally', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'change of a count',
                'verbose_name_plural': 'changes of counts',
            },
        ),
        NOTE_CHANGES,
    ]
