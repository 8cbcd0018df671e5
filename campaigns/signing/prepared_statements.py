"""The prepared statements for signing and confirming."""

from collections.abc import Iterable

from wagtail.models import Page

from campaigns.moderation import screening
from campaigns.moderation.network_limits import DUE_AT, RECENT, WIDE
from campaigns.petitions.state import open_sql, takes_confirmations_sql
from campaigns.prepared_statements import Statement
from campaigns.signatures.columns import COLUMNS

PAGES = Page._meta.db_table

# The moderation of the signature, and its reason; '' for none. If two people may share an email
# address, the remembered moderation of the mailbox may be about the other person: then a moderator
# decides.
REMEMBERED = """
    SELECT {moderation} AS moderation, reason FROM campaigns_rememberedmoderation
    WHERE tally_id = %(tally)s AND email_key = %(email_key)s AND moderation <> ''
"""
SCREENED = """
    SELECT reason, CASE WHEN reason = '' THEN '' ELSE moderation END AS moderation,
        {due_at} AS due_at
    FROM (
        SELECT coalesce(remembered.moderation, 'quarantined') AS moderation, CASE
            WHEN %(is_trusted)s THEN ''
            WHEN remembered.reason IS NOT NULL THEN remembered.reason
            WHEN %(reason)s <> '' THEN %(reason)s
            {is_wide}
            WHEN recent.burst >= %(burst)s THEN 'burst'
            WHEN recent.sustained >= %(sustained)s THEN 'sustained'
            WHEN %(is_unproven)s THEN 'proof'
            ELSE '' END AS reason
        FROM recent {from_wide} LEFT JOIN ({remembered}) AS remembered ON true
    ) AS decided
"""

# The household slot of this person's earlier signature, or NULL: of the same name where two people
# may share one email address, and elsewhere of the mailbox. A mailbox may have the second slot
# without the first: from the time when two people could share an email address.
EARLIER = """
    SELECT min(household_slot) AS slot FROM campaigns_signature
    WHERE tally_id = %(tally)s AND email_key = %(email_key)s {same_name}
"""
OF_SAME_NAME = "AND lower(name) = lower(%(name)s)"

# The slot of whoever has not signed before: the first free slot.
FREE_SLOT = """
    (SELECT 1 + count(*) FROM campaigns_signature WHERE tally_id = %(tally)s
        AND email_key = %(email_key)s AND household_slot = 1)
"""

# The petition, if it is open. FOR KEY SHARE locks the tally early; the foreign key would otherwise
# lock it last. This query is separate from the typed values because PostgreSQL prepares a list of
# all columns for each part of a statement that passes them on.
OPEN = f"""
    SELECT tally.id AS tally_id, original.confirms_by_email
    FROM campaigns_tally tally JOIN campaigns_petition original ON original.id = tally.petition_id
    WHERE tally.id = %(tally)s AND {open_sql()}
    FOR KEY SHARE OF tally
"""

# The typed columns whose value is not simply the parameter of the same name.
WORKED_OUT = {
    "version_id": "%(version)s",
    "signed_at": "clock_timestamp()",
    # Without a proof of work, signers confirm by email even if the petition does not require it.
    "confirmed_at": """CASE WHEN original.confirms_by_email OR %(is_unproven)s THEN NULL
        ELSE clock_timestamp() END""",
    "replies": "%(replies)s::jsonb",
    "page_id": f"(SELECT id FROM {PAGES} WHERE id = %(page)s AND live)",
}

# While a signature is unconfirmed, signing again replaces what was typed; if two people may share
# an email address, only if the name is the same. The network stays that of the first request.
# Otherwise a second network could take over the signatures of the first, and moderators who look
# for those of a flood would not find them.
TYPED = {
    field.attname: WORKED_OUT.get(field.attname, f"%({field.attname})s")
    for field, column in COLUMNS
    if column.typed
}
SAME_NAME = "lower(old.name) = lower(EXCLUDED.name)"
UNCONFIRMED = "old.confirmed_at IS NULL"

# A quarantine that is due to the typed values or to a block list is decided again together with the
# typed values. Otherwise anybody could quarantine somebody else's signature in advance.
ANEW = f"({', '.join(repr(str(reason)) for reason in screening.OF_WHAT_WAS_TYPED)})"
WAS_ANEW = f"old.moderation_reason IN {ANEW}"
IS_ANEW = f"old.moderation || old.moderation_reason = '' AND EXCLUDED.moderation_reason IN {ANEW}"


def replaced(columns: Iterable[str], condition: str) -> str:
    """Return the assignments that replace an earlier signature's values if the condition holds."""
    return ", ".join(
        f"{column} = CASE WHEN {condition} THEN EXCLUDED.{column} ELSE old.{column} END"
        for column in columns
    )


# The statement does the same work for everybody, so that its duration does not reveal who has
# signed. A row that must not change is rewritten unchanged, with all its indexes (`times_signed`
# ensures this), and each signature adds an email (`mail.sending` enforces the allowance) and a try.
# It returns no row to a signer who lost the race for the first household slot against another name,
# and fails if the earlier signature, which it saw, was gone before it could be updated: withdrawing
# that may have remembered a moderation, which the statement did not see. `signing.store` runs it
# again in both cases. Whether the petition is open is checked once more at the end if it has
# waited for the lock of a row or of the tally. The check takes a seventh of the time of signing in
# PostgreSQL, and a statement that has been running for less than 5 ms has not waited.
def signing(version: int, *, shares_email: bool) -> Statement:
    """Return the statement for signers whose network has this version of IP.

    PostgreSQL prepares all parts of a statement each time, so it contains only those needed: wider
    ranges for IPv6, and household slots if the petition lets two people share an email address.

    Its parts, in order: `recent` and `wide` count the tries of the network and of the ranges around
    it; `screened` decides on the moderation, and from when on the email is due; `earlier` finds the
    slot of an earlier signature of the same person; `signed` inserts the signature or updates that
    one; `tried` notes the try. The last part makes the email due, and fails the statement where the
    earlier signature is gone or the petition has closed meanwhile.
    """
    wide = f"wide AS ({WIDE})," if version == 6 else ""
    from_wide = "CROSS JOIN wide" if version == 6 else ""
    is_wide = "WHEN wide.is_full THEN 'wide'" if version == 6 else ""
    moderation = "'quarantined'" if shares_email else "moderation"
    remembered = REMEMBERED.format(moderation=moderation)
    screened = SCREENED.format(
        from_wide=from_wide, is_wide=is_wide, remembered=remembered, due_at=DUE_AT
    )
    earlier = EARLIER.format(same_name=OF_SAME_NAME if shares_email else "")
    theirs = f"{UNCONFIRMED} AND {SAME_NAME}" if shares_email else UNCONFIRMED
    moderated = replaced(
        ("moderation", "moderation_reason"), f"{theirs} AND ({WAS_ANEW} OR {IS_ANEW})"
    )
    return Statement(f"""
    WITH recent AS ({RECENT}), {wide} screened AS ({screened}), earlier AS ({earlier}), signed AS (
        INSERT INTO campaigns_signature AS old (
            id, tally_id, email_key, household_slot, moderation, moderation_reason, network_key,
            {", ".join(TYPED)})
        SELECT %(id)s, original.tally_id, %(email_key)s,
            coalesce(earlier.slot, {FREE_SLOT if shares_email else 1}),
            screened.moderation, screened.reason, %(network_key)s,
            {", ".join(TYPED.values())}
        FROM ({OPEN}) AS original, screened, earlier
        ON CONFLICT (tally_id, email_key, household_slot) DO UPDATE
        SET times_signed = old.times_signed + 1, {moderated}, {replaced(TYPED, theirs)}
        {f"WHERE old.household_slot = 2 OR {SAME_NAME}" if shares_email else ""}
        RETURNING id, confirmed_at
    ), tried AS (
        INSERT INTO campaigns_signingtry (tally_id, network_key, tried_at, due_at)
        SELECT %(tally)s, %(network_key)s, clock_timestamp(), due_at FROM signed, screened
        WHERE %(network_key)s IS NOT NULL ON CONFLICT DO NOTHING
    )
    INSERT INTO campaigns_outgoingmail
        (signature_id, kind, due_at, attempts, outcome, recipient_key)
    SELECT id, CASE
            WHEN confirmed_at IS NULL THEN 'confirm'
            WHEN confirmed_at >= statement_timestamp() THEN 'thanks'
            ELSE 'already' END,
        due_at, 0, '', %(recipient_key)s
    FROM signed, screened
    ON CONFLICT (signature_id) WHERE kind = 'thanks' DO UPDATE SET kind = 'thanks'
    RETURNING signature_id, CASE
        WHEN signature_id = %(id)s AND (SELECT slot FROM earlier) IS NOT NULL
        THEN campaigns_refuse_unseen()
        WHEN clock_timestamp() > statement_timestamp() + interval '5 milliseconds'
        THEN campaigns_refuse_late(%(original)s) END
    """)


SIGN = {
    (version, shares_email): signing(version, shares_email=shares_email)
    for version in (4, 6)
    for shares_email in (False, True)
}

# Quarantined only because the proof of work was missing.
IS_UNPROVEN = "moderation = 'quarantined' AND moderation_reason = 'proof'"

# The thank-you email has no recipient key: a mailbox that has just confirmed needs no protection
# from emails that others cause (`mail.sending.one_too_many`).
CONFIRM = Statement(f"""
    WITH confirmed AS (
        UPDATE campaigns_signature signature SET confirmed_at = clock_timestamp(),
            proven_at = clock_timestamp(),
            moderation = CASE WHEN {IS_UNPROVEN} THEN '' ELSE moderation END,
            moderation_reason = CASE WHEN {IS_UNPROVEN} THEN '' ELSE moderation_reason END
        FROM campaigns_tally tally
            JOIN campaigns_petition original ON original.id = tally.petition_id
        WHERE signature.id = %(id)s AND tally.id = signature.tally_id
          AND signature.typed_digest IS NOT DISTINCT FROM %(typed)s
          AND signature.confirmed_at IS NULL AND signature.anonymised_at IS NULL
          AND {takes_confirmations_sql()}
        RETURNING signature.id, tally.translation_key, tally.petition_id, signature.language,
            original.sends_thanks
    ), thanked AS (
        INSERT INTO campaigns_outgoingmail (signature_id, kind, due_at, attempts, outcome)
        SELECT id, 'thanks', clock_timestamp(), 0, '' FROM confirmed WHERE sends_thanks
        ON CONFLICT (signature_id) WHERE kind = 'thanks' DO NOTHING
    )
    SELECT translation_key, petition_id, language FROM confirmed
""")
