"""Who confirmed by a link, or changed the email, before there was a column that says when.

It goes from row to row in batches, so that nobody who signs meanwhile waits, and no index holds the
column. Of a version that does not say whether its signers confirmed by email the petition says it.
"""

from typing import Any
from uuid import UUID

from django.db import migrations

BATCH = 5_000
LAST = """
    SELECT max(id::text COLLATE "C")::uuid FROM (
        SELECT id FROM campaigns_signature WHERE id > %s ORDER BY id LIMIT %s) AS batch
"""
PROVEN = """
    UPDATE campaigns_signature s SET proven_at = s.confirmed_at
    FROM campaigns_tally t JOIN campaigns_petition p ON p.id = t.petition_id, campaigns_version v
    WHERE s.id > %s AND s.id <= %s AND t.id = s.tally_id AND v.id = s.version_id
      AND s.proven_at IS NULL AND s.confirmed_at IS NOT NULL AND s.anonymised_at IS NULL
      AND s.channel IN ('form', 'embed')
      AND (s.link_key IS NOT NULL OR (
        coalesce((v.parts->>'confirms_by_email')::boolean, p.confirms_by_email)
        AND NOT EXISTS (SELECT FROM campaigns_handconfirmation h WHERE h.signature_id = s.id)))
"""


def prove(apps: Any, schema_editor: Any) -> None:
    before = UUID(int=0)
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(LAST, [before, BATCH])
            [last] = cursor.fetchone()
            if last is None:
                return
            cursor.execute(PROVEN, [before, last])
            before = last


class Migration(migrations.Migration):
    atomic = False  # each batch is a transaction of its own

    dependencies = [("campaigns", "0019_when_an_email_was_proven")]

    operations = [migrations.RunPython(prove, migrations.RunPython.noop)]
