"""What the database itself sees to, beside its constraints."""

from django.db.migrations import RunSQL

# What was agreed to is never changed (GDPR, article 7(1)): the database itself refuses.
VERSIONS_STAY = RunSQL(
    """
    CREATE FUNCTION campaigns_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A version is never changed.' USING ERRCODE = '23000';
    END $$;
    CREATE TRIGGER version_is_never_changed
        BEFORE UPDATE OF tally_id, locale_id, letter, consent, digest, published_at, reason
        ON campaigns_version FOR EACH ROW EXECUTE FUNCTION campaigns_keep_version();
    """,
    "DROP TRIGGER version_is_never_changed ON campaigns_version;"
    "DROP FUNCTION campaigns_keep_version();",
)

# VOLATILE, so that it looks with a snapshot of its own: that of the statement which calls it is as
# old as its wait for a lock.
REFUSE_LATE = RunSQL(
    """
    CREATE FUNCTION campaigns_refuse_late(petition bigint) RETURNS void LANGUAGE plpgsql VOLATILE
    AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM campaigns_petition WHERE id = petition AND closes_at <= clock_timestamp()
        ) THEN
            RAISE EXCEPTION 'The petition has closed.';
        END IF;
    END $$;
    """,
    "DROP FUNCTION campaigns_refuse_late(bigint)",
)

# What somebody approved is what is sent: only a draft changes, or what becomes one again.
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
