"""Analyzes tables that have grown fast (docs/adr/0089-what-grows-fast-is-analyzed-at-once.md).

PostgreSQL caches the plan of a prepared statement until the table is analyzed. A plan that was made
for a few rows reads the whole table. Autovacuum looks for tables to analyze once a minute, and a
flood can add tens of thousands of rows in that time.
"""

from django.db import connection

FEWEST = 500  # rows: fewer are read in less time than they are looked up

# The tables of which at least as many rows have changed as they had when they were last analyzed.
# Only the owner of a table may analyze it. For other roles, autovacuum does.
GROWN = """
    SELECT s.relid::regclass::text
    FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
    WHERE s.n_mod_since_analyze >= greatest(%s, c.reltuples) AND pg_has_role(c.relowner, 'USAGE')
"""


def analyze_grown() -> None:
    """Analyze the tables that have grown fast, except those that are being vacuumed."""
    with connection.cursor() as cursor:
        cursor.execute(GROWN, [FEWEST])
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {table}")
