"""Triggers, functions and storage settings of the database, besides its constraints."""

from django.db.migrations import RunSQL

# Texts that people have agreed to never change (GDPR, article 7(1)): the database enforces this.
VERSIONS_STAY = RunSQL(
    """
    CREATE FUNCTION campaigns_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A version is never changed.' USING ERRCODE = '23000';
    END $$;
    CREATE TRIGGER version_is_never_changed
        BEFORE UPDATE OF tally_id, locale_id, parts, digest, published_at, reason, is_small_mistake
        ON campaigns_version FOR EACH ROW EXECUTE FUNCTION campaigns_keep_version();
    """,
    "DROP TRIGGER version_is_never_changed ON campaigns_version;"
    "DROP FUNCTION campaigns_keep_version();",
)

# Refuses what waited until the petition was no longer open (`campaigns.petitions.state.open_sql`).
# VOLATILE, so that it uses a snapshot of its own: the snapshot of the calling statement is as old
# as its wait for a lock.
REFUSE_LATE = RunSQL(
    """
    CREATE FUNCTION campaigns_refuse_late(petition bigint) RETURNS void LANGUAGE plpgsql VOLATILE
    AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM campaigns_petition original
            JOIN campaigns_tally tally ON tally.petition_id = original.id
            WHERE original.id = petition AND original.live
              AND tally.won_at IS NULL AND tally.paused_at IS NULL
              AND (original.closes_at <= clock_timestamp()) IS NOT TRUE
              AND (original.opens_at > clock_timestamp()) IS NOT TRUE
        ) THEN
            RAISE EXCEPTION 'The petition is no longer open.';
        END IF;
    END $$;
    """,
    "DROP FUNCTION campaigns_refuse_late(bigint)",
)

# For a signature that was stored without the knowledge of what a withdrawal has just remembered:
# whoever signs tries again (`campaigns.signing.prepared_statements`).
REFUSE_UNSEEN = RunSQL(
    """
    CREATE FUNCTION campaigns_refuse_unseen() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
        RAISE EXCEPTION 'The earlier signature was deleted meanwhile.' USING ERRCODE = '40001';
    END $$;
    """,
    "DROP FUNCTION campaigns_refuse_unseen()",
)

# When the last email from this network to a petition's signers is or was due. Of the latest try
# alone this would be too early: its email may not have had to wait. This is a function,
# and not a part of the statement that signs, since PostgreSQL prepares all parts of a statement,
# and this one is needed only beyond a network's limit. STABLE, so that it uses the snapshot of that
# statement, which does not contain the try that is being stored.
LAST_MAIL = RunSQL(
    """
    CREATE FUNCTION campaigns_last_mail(network bytea, tally bigint)
    RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
    BEGIN
        RETURN (
            SELECT max(due_at) FROM (
                SELECT due_at FROM campaigns_signingtry
                WHERE tally_id = tally AND network_key = network
                ORDER BY tried_at DESC LIMIT 1000) AS latest);
    END $$;
    """,
    "DROP FUNCTION campaigns_last_mail(bytea, bigint)",
)

# Notes the effects of a changed signature on the count and for receivers. PostgreSQL parses the
# condition of a trigger again for each statement that may fire it, but compiles a function once for
# each connection. So there is one trigger for each kind of change, with a short condition that
# selects possibly relevant signatures, and the function checks them in detail
# (docs/adr/0082-short-conditions.md).
COUNTED_BEFORE = "OLD.confirmed_at IS NOT NULL AND OLD.moderation = ''"
COUNTED_NOW = "NEW.confirmed_at IS NOT NULL AND NEW.moderation = ''"
# Recent confirmations are found by their time. Those that may be settled already are older than
# this, which is half of `counting.SETTLING`.
IS_OLD = "NEW.confirmed_at < statement_timestamp() - interval '0.5 seconds'"
# Anonymising truncates the times of old signatures to the beginning of their day.
IS_COARSER = """OLD.confirmed_at < statement_timestamp() - interval '1 day'
    AND NEW.confirmed_at <= OLD.confirmed_at"""
# The columns that a receiver can get (`campaigns.sync.receiver.OFFERED`).
TOLD_COLUMNS = (
    *("confirmed_at", "moderation", "anonymised_at", "name", "email", "country", "postcode"),
    *("affiliation", "phone", "comment", "updates", "language", "for_mailings_since"),
    "proven_at",
)
# Mailings need a proven email address (`campaigns.signatures.conditions`). Receivers that may have
# been sent signers whose address is still not proven are sent the removal of these signers.
WANTED = """OLD.updates AND (OLD.proven_at IS NOT NULL OR NEW.proven_at IS NULL
                            OR OLD.channel NOT IN ('form', 'embed'))"""
WANTS = """NEW.updates AND (NEW.proven_at IS NOT NULL
                            OR NEW.channel NOT IN ('form', 'embed'))"""
# Receivers of opted-in signers, other than webhooks, still have those who unsubscribed, and must be
# notified when their signatures end. Signatures kept for mailings are sent only to receivers of
# opted-in signers. Returning early if there is no receiver makes confirming and moderating many
# signatures a tenth cheaper. Signing again with the email address of a confirmed signature changes
# only `times_signed`. It must take as long as signing for the first time: otherwise the time would
# reveal who has signed (`script/bench privacy`).
MAY_DIFFER = """CASE WHEN OLD.confirmed_at IS NULL THEN NEW.confirmed_at IS NOT NULL
    ELSE OLD.times_signed = NEW.times_signed END"""


IS_OTHER = " OR ".join(f"OLD.{each} IS DISTINCT FROM NEW.{each}" for each in TOLD_COLUMNS)
NOTE_SIGNATURES = RunSQL(
    f"""
    CREATE FUNCTION campaigns_note_signature() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        was_counted boolean := TG_OP <> 'INSERT' AND {COUNTED_BEFORE};
        is_counted boolean := TG_OP <> 'DELETE' AND {COUNTED_NOW};
        was_there boolean := was_counted AND OLD.anonymised_at IS NULL;
        is_there boolean := is_counted AND NEW.anonymised_at IS NULL;
    BEGIN
        IF NOT (was_counted OR is_counted) THEN
            RETURN NULL;
        END IF;
        IF NOT (was_counted AND is_counted AND OLD.tally_id = NEW.tally_id
            AND (OLD.confirmed_at = NEW.confirmed_at OR {IS_COARSER}))
        THEN
            IF was_counted THEN
                INSERT INTO campaigns_countchange (tally_id, confirmed_at, number)
                VALUES (OLD.tally_id, OLD.confirmed_at, -1);
            END IF;
            IF is_counted AND (TG_OP = 'UPDATE' AND OLD.confirmed_at IS NOT NULL OR {IS_OLD}) THEN
                INSERT INTO campaigns_countchange (tally_id, confirmed_at, number)
                VALUES (NEW.tally_id, NEW.confirmed_at, 1);
            END IF;
        END IF;
        IF NOT (was_there OR is_there) OR NOT EXISTS (SELECT FROM campaigns_receiver) THEN
            RETURN NULL;
        END IF;
        IF TG_OP = 'UPDATE' AND NOT ({IS_OTHER}) THEN
            RETURN NULL;
        END IF;
        INSERT INTO campaigns_delivery (receiver_id, signature, tally_id, kind)
        SELECT id, coalesce(OLD.id, NEW.id), tally, kind
        FROM (
            SELECT r.id, r.is_on, r.sends_added, r.sends_changed,
                coalesce(OLD.tally_id, NEW.tally_id) AS tally,
                CASE WHEN hears.before AND NOT hears.after THEN 'removed'
                    WHEN hears.after AND NOT hears.before THEN 'added'
                    WHEN hears.after THEN 'changed' END AS kind
            FROM campaigns_receiver r, LATERAL (
                SELECT was_there
                        AND ({WANTED} OR NOT r.only_opted_in
                            OR r.kind <> 'webhook' AND NOT is_there)
                        AND (OLD.for_mailings_since IS NULL OR r.only_opted_in) AS before,
                    is_there
                        AND ({WANTS} OR NOT r.only_opted_in)
                        AND (NEW.for_mailings_since IS NULL OR r.only_opted_in) AS after) AS hears
            WHERE r.all_petitions OR EXISTS (
                SELECT FROM campaigns_receiver_tallies t
                WHERE t.receiver_id = r.id AND t.tally_id = coalesce(OLD.tally_id, NEW.tally_id))
        ) AS event
        WHERE kind = 'removed' OR is_on AND (
            kind = 'added' AND sends_added OR kind = 'changed' AND sends_changed);
        RETURN NULL;
    END $$;
    CREATE TRIGGER note_inserted AFTER INSERT ON campaigns_signature FOR EACH ROW
        WHEN (NEW.confirmed_at IS NOT NULL) EXECUTE FUNCTION campaigns_note_signature();
    CREATE TRIGGER note_deleted AFTER DELETE ON campaigns_signature FOR EACH ROW
        WHEN (OLD.confirmed_at IS NOT NULL) EXECUTE FUNCTION campaigns_note_signature();
    CREATE TRIGGER note_updated
        AFTER UPDATE OF tally_id, {", ".join(TOLD_COLUMNS)} ON campaigns_signature FOR EACH ROW
        WHEN ({MAY_DIFFER}) EXECUTE FUNCTION campaigns_note_signature();
    """,
    """
    DROP TRIGGER note_inserted ON campaigns_signature;
    DROP TRIGGER note_deleted ON campaigns_signature;
    DROP TRIGGER note_updated ON campaigns_signature;
    DROP FUNCTION campaigns_note_signature();
    """,
)

# Sums are added per statement, and not per row: the entries of a deleted petition are deleted
# together, and the sum is never below zero in between.
KEEP_SUM = RunSQL(
    """
    CREATE FUNCTION campaigns_sum_entries() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE campaigns_tally AS tally
        SET elsewhere = tally.elsewhere + CASE TG_OP WHEN 'INSERT' THEN e.sum ELSE -e.sum END
        FROM (SELECT tally_id, sum(number) AS sum FROM changed GROUP BY tally_id) e
        WHERE tally.id = e.tally_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER entries_are_added AFTER INSERT ON campaigns_ledgerentry
        REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION campaigns_sum_entries();
    CREATE TRIGGER entries_are_taken_away AFTER DELETE ON campaigns_ledgerentry
        REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION campaigns_sum_entries();
    CREATE FUNCTION campaigns_protect_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'An entry of the ledger is never changed.' USING ERRCODE = '23000';
    END $$;
    CREATE TRIGGER entry_is_never_changed
        BEFORE UPDATE OF tally_id, kind, number, sheets, collected, reason, counters_id, entered_at
        ON campaigns_ledgerentry FOR EACH ROW EXECUTE FUNCTION campaigns_protect_entry();
    """,
    """
    DROP TRIGGER entry_is_never_changed ON campaigns_ledgerentry;
    DROP TRIGGER entries_are_taken_away ON campaigns_ledgerentry;
    DROP TRIGGER entries_are_added ON campaigns_ledgerentry;
    DROP FUNCTION campaigns_protect_entry();
    DROP FUNCTION campaigns_sum_entries();
    """,
)

# What was approved is what is sent: only drafts, and mailings that return to draft, can change.
KEEP_MAILINGS = RunSQL(
    """
    CREATE FUNCTION campaigns_keep_mailing() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state <> 'draft' AND NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'A mailing that was submitted does not change.'
                USING ERRCODE = '23000';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER submitted_mailing_does_not_change
        BEFORE UPDATE OF subject, preheader, body, fallback, language, reaches_all_languages,
            countries, signed_since, send_at, text, html
        ON campaigns_mailing FOR EACH ROW EXECUTE FUNCTION campaigns_keep_mailing();
    """,
    "DROP TRIGGER submitted_mailing_does_not_change ON campaigns_mailing;"
    "DROP FUNCTION campaigns_keep_mailing();",
)

# Anonymising gives a signature another key. For Django's own foreign keys, PostgreSQL runs two
# queries for each table and each row: whether another row has the old key by now, and whether a
# dependent row has it. RESTRICT avoids the first. Dependent rows are always deleted before.
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
                ' DEFERRABLE INITIALLY DEFERRED',
                reference.child, reference.conname, reference.conname, reference.attname);
        END LOOP;
    END $$
    """,
    RunSQL.noop,
)

# Room for new versions of a row on the same page, so that no index needs another entry; and a
# vacuum after each fiftieth of the rows, where PostgreSQL would wait for a fifth of ten million.
STORAGE_SQL = """
    ALTER TABLE campaigns_signature SET (
        fillfactor = 90,
        autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.02);
    ALTER TABLE campaigns_outgoingmail SET (
        fillfactor = 80,
        autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.05);
"""
AS_BEFORE = """
    ALTER TABLE campaigns_signature RESET (
        fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
        autovacuum_analyze_scale_factor);
    ALTER TABLE campaigns_outgoingmail RESET (
        fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
        autovacuum_analyze_scale_factor);
"""
STORAGE = RunSQL(STORAGE_SQL, AS_BEFORE)

# Tries to sign are worth a day, and nothing after a crash. Without a log, they cost a signature less,
# and are neither in an archive of the log nor on other machines.
UNLOGGED = RunSQL(
    "ALTER TABLE campaigns_signingtry SET UNLOGGED", "ALTER TABLE campaigns_signingtry SET LOGGED"
)

# PostgreSQL copies column values into its statistics, where they outlive the rows. For these
# columns it collects none. tests/campaigns/signatures/test_statistics.py compares this list with
# the columns that are declared as personal.
WITHOUT_STATISTICS = {
    "campaigns_signature": [
        "affiliation",
        "comment",
        "comment_as",
        "comment_state",
        "email",
        "email_key",
        "link_key",
        "moderation_reason",
        "name",
        "network_key",
        "phone",
        "postcode",
        "replies",
        "sent_mails",
        "shown_as",
        "shown_at",
        "typed_digest",
    ],
    "campaigns_outgoingmail": ["recipient_key"],
    "campaigns_listentry": ["note", "pattern"],
    "campaigns_decision": ["reason"],
    "campaigns_handconfirmation": ["reason"],
    "wagtailcore_modellogentry": ["data"],  # has the same reasons
    "campaigns_moderatedsignature": ["moderation_reason"],
    "campaigns_rememberedmoderation": ["email_key"],
    "campaigns_dailykey": ["key"],
    "campaigns_codetry": ["network_key"],
    "campaigns_messagetry": ["network_key"],
    "campaigns_signingtry": ["network_key"],
    "campaigns_newemail": ["email", "email_key", "key"],
    "campaigns_typedsearch": ["key", "text"],
    "campaigns_signaturenote": ["text"],
    "campaigns_savedview": ["name"],
    "campaigns_exportpreset": ["name"],
    "campaigns_message": ["name", "email", "subject", "text", "mailbox_key"],
    "campaigns_contact": ["name", "role", "email", "postal_address"],
    "campaigns_known": ["remote", "remote_key"],
    "campaigns_suppressedmailbox": ["mailbox_key"],
    "campaigns_failingmailbox": ["mailbox_key"],
}


def collect(target: int, tables: dict[str, list[str]]) -> str:
    return "".join(
        f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target};"
        for table, columns in tables.items()
        for column in columns
    )


NO_STATISTICS = RunSQL(collect(0, WITHOUT_STATISTICS), collect(-1, WITHOUT_STATISTICS))
