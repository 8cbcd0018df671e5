"""What was known of signers at mailing lists by a number is known by their email address.

Of whom the signature is gone, nobody knows it any more: these rows stay as they are, and the event
that waits finds nobody by them. Each batch is a transaction of its own.
"""

from typing import Any

from django.db import migrations

from campaigns.sync import keys
from campaigns.sync.services import entries
from operations.encryption import Damaged

BATCH = 1_000
ROWS = """
    SELECT k.id, k.remote, lower(s.email) FROM campaigns_known k
    JOIN campaigns_signature s ON s.id = k.signature
    WHERE k.id > %s AND s.email IS NOT NULL ORDER BY k.id LIMIT %s
"""
CHANGE = "UPDATE campaigns_known SET remote = %s, remote_key = %s WHERE id = %s"


def is_number(remote: bytes) -> bool:
    """Whether it is how a list knew somebody before, and not an email address."""
    try:
        return "@" not in keys.read(remote)
    except Damaged:
        return True


def know_by_email(apps: Any, schema_editor: Any) -> None:
    before = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(ROWS, [before, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            changes = [
                (keys.sealed(email), entries.key_of(email), pk)
                for pk, remote, email in rows
                if is_number(remote)
            ]
            if changes:
                cursor.executemany(CHANGE, changes)
            before = rows[-1][0]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0025_lists_know_email_addresses")]

    operations = [migrations.RunPython(know_by_email, migrations.RunPython.noop)]
