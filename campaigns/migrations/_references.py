"""How the rows that depend on a signature refer to it."""

from django.db.migrations import RunSQL

# Anonymising gives a signature another key. With Django's own foreign keys PostgreSQL asks two
# questions for each table and each row: whether another row has the old key by now, and whether a
# dependent row has it. RESTRICT leaves out the first. Dependent rows are always deleted before.
RESTRICT_SIGNATURES = RunSQL(
    """
    DO $$
    DECLARE reference record;
    BEGIN
        FOR reference IN
            SELECT c.conname, c.conrelid::regclass AS child, a.attname FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.confrelid = 'campaigns_signature'::regclass AND c.contype = 'f'
              AND c.confupdtype <> 'r'
        LOOP
            EXECUTE format(
                'ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I FOREIGN KEY (%I)'
                ' REFERENCES campaigns_signature (id) ON UPDATE RESTRICT'
                ' DEFERRABLE INITIALLY DEFERRED NOT VALID',
                reference.child, reference.conname, reference.conname, reference.attname);
        END LOOP;
    END $$
    """,
    RunSQL.noop,
)
# It reads the rows, and holds up nobody who writes meanwhile.
VALIDATE_SIGNATURES = RunSQL(
    """
    DO $$
    DECLARE reference record;
    BEGIN
        FOR reference IN
            SELECT c.conname, c.conrelid::regclass AS child FROM pg_constraint c
            WHERE c.confrelid = 'campaigns_signature'::regclass AND c.contype = 'f'
              AND NOT c.convalidated
        LOOP
            EXECUTE format(
                'ALTER TABLE %s VALIDATE CONSTRAINT %I', reference.child, reference.conname);
        END LOOP;
    END $$
    """,
    RunSQL.noop,
)
