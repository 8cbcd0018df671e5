from django.db import migrations

# VOLATILE, so that it looks with a snapshot of its own: the calling statement's is as old as its wait.
FORWARD = """
CREATE FUNCTION campaigns_refuse_late(petition bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF EXISTS (
        SELECT FROM campaigns_petition WHERE id = petition AND closes_at <= clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'The petition has closed.';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_judges")]

    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION campaigns_refuse_late(bigint)"),
    ]
