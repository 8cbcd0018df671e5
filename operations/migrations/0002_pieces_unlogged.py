"""The pieces of files are written neither into the WAL nor into what is made from it.

They are encrypted, so PostgreSQL need not try to compress them.
"""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("operations", "0001_jobs")]

    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE operations_piece SET UNLOGGED",
            "ALTER TABLE operations_piece SET LOGGED",
        ),
        migrations.RunSQL(
            "ALTER TABLE operations_piece ALTER COLUMN content SET STORAGE EXTERNAL",
            "ALTER TABLE operations_piece ALTER COLUMN content SET STORAGE EXTENDED",
        ),
    ]
