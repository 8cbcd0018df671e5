"""Give earlier versions the two parts that are known, and let no petition retain data for years.

What else their signers read was not stored, so it stays unknown. Running this twice changes nothing.
"""

from django.db import migrations

KNOWN_PARTS = """
    UPDATE campaigns_version SET parts = jsonb_build_object('letter', letter, 'consent', consent)
    WHERE parts = '{}'
"""
AT_MOST_A_YEAR = """
    UPDATE campaigns_petition SET retention_days = greatest(1, least(retention_days, 365))
    WHERE retention_days NOT BETWEEN 1 AND 365
"""
AT_MOST_A_YEAR_IN_DRAFTS = """
    UPDATE wagtailcore_revision SET content = jsonb_set(content, '{retention_days}',
        to_jsonb(greatest(1, least((content->>'retention_days')::int, 365))))
    WHERE content_type_id = (SELECT id FROM django_content_type
            WHERE app_label = 'campaigns' AND model = 'petition')
        AND (content->>'retention_days')::int NOT BETWEEN 1 AND 365
"""


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0002_version_gets_parts"),
    ]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (KNOWN_PARTS, AT_MOST_A_YEAR, AT_MOST_A_YEAR_IN_DRAFTS)
    ]
