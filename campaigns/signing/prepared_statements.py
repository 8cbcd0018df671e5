"""The prepared statements with which people sign and confirm."""

from collections.abc import Iterable

from wagtail.models import Page

from campaigns.moderation import screening
from campaigns.petitions.state import open_sql, takes_confirmations_sql
from campaigns.prepared_statements import Statement
from campaigns.signatures import networks
from campaigns.signatures.columns import COLUMNS

PAGES = Page._meta.db_table

# The times of what follows are compared with clock_timestamp(), which changes while a statement
# runs: no index serves for that but the one of a network. By the statistics of yesterday PostgreSQL
# would expect few signatures of today, and read all of them for each new one, by the index of a
# petition and its times: on the night on which it goes viral.

# How many signatures this network has sent within a day; counts no further than the limit.
RECENT = """
    SELECT count(*) AS sustained,
        count(*) FILTER (WHERE signed_at > clock_timestamp() - interval '10 minutes') AS burst
    FROM (
        SELECT signed_at FROM campaigns_signature
        WHERE network_key = %(network_key)s AND tally_id = %(tally)s
          AND signed_at > clock_timestamp() - interval '1 day'
        ORDER BY signed_at DESC LIMIT %(sustained)s
    ) AS latest
"""

# Whether too many signatures came from a wider range of IPv6 networks. IPv4 has no ranges.
IN_RANGE = """
    SELECT count(*) >= %(sustained_{0})s OR count(*) FILTER (
        WHERE signed_at > clock_timestamp() - interval '10 minutes') >= %(burst_{0})s AS is_full
    FROM (
        SELECT signed_at FROM campaigns_signature
        WHERE network_key BETWEEN %(first_{0})s AND %(last_{0})s AND tally_id + 0 = %(tally)s
          AND signed_at > clock_timestamp() - interval '1 day'
        ORDER BY network_key LIMIT %(sustained_{0})s
    ) AS latest
"""
IN_RANGES = " UNION ALL ".join(IN_RANGE.format(length) for length in networks.WIDER)
WIDE = f"SELECT bool_or(is_full) AS is_full FROM ({IN_RANGES}) r"

# The moderation of the signature, and the reason for it; '' for none. What was remembered of the
# mailbox may be about the other person, where two may share an email: then a moderator decides.
REMEMBERED = """
    SELECT {moderation} AS moderation, reason FROM campaigns_rememberedmoderation
    WHERE tally_id = %(tally)s AND email_key = %(email_key)s
"""
SCREENED = """
    SELECT reason, CASE WHEN reason = '' THEN '' ELSE moderation END AS moderation
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

# Beyond a network's limit the mails follow each other as fast as the limit allows. A school behind
# one IP address gets all of its mails, and somebody who types the emails of strangers reaches few.
DUE_AT = """
    CASE WHEN screened.reason IN ('burst', 'sustained')
        THEN greatest(campaigns_last_mail(%(network_key)s, %(tally)s), clock_timestamp())
            + CASE screened.reason
                WHEN 'burst' THEN interval '10 minutes' / greatest(%(burst)s, 1)
                ELSE interval '1 day' / greatest(%(sustained)s, 1) END
        ELSE clock_timestamp() END
"""

# The household slot of the signature, where two people may share one email: the slot with the same
# name, or else the first that is free.
SHARED_SLOT = """
    coalesce(
        (SELECT min(household_slot) FROM campaigns_signature WHERE tally_id = %(tally)s
            AND email_key = %(email_key)s AND lower(name) = lower(%(name)s)),
        (SELECT 1 + count(*) FROM campaigns_signature WHERE tally_id = %(tally)s
            AND email_key = %(email_key)s AND household_slot = 1))
"""

# The petition, if it is open. FOR KEY SHARE takes the lock of the tally early, which the foreign
# key would otherwise take last. It stands apart from what is typed: PostgreSQL prepares a list of
# all columns for each part of a statement that passes them on.
OPEN = f"""
    SELECT tally.id AS tally_id, original.confirms_by_email
    FROM campaigns_tally tally JOIN campaigns_petition original ON original.id = tally.petition_id
    WHERE tally.id = %(tally)s AND {open_sql()}
    FOR KEY SHARE OF tally
"""

# The typed columns that do not simply hold the value of their own name.
WORKED_OUT = {
    "version_id": "%(version)s",
    "signed_at": "clock_timestamp()",
    # Who brings no proof of work confirms by email, also where nobody else has to.
    "confirmed_at": """CASE WHEN original.confirms_by_email OR %(is_unproven)s THEN NULL
        ELSE clock_timestamp() END""",
    "replies": "%(replies)s::jsonb",
    "page_id": f"(SELECT id FROM {PAGES} WHERE id = %(page)s AND live)",
}

# While a signature is unconfirmed, signing again replaces what was typed; where two people may
# share an email, only if the name is the same. The network stays that of the first request.
# Otherwise a second network could take over the signatures of the first, which would then never
# reach its limit.
TYPED = {
    field.attname: WORKED_OUT.get(field.attname, f"%({field.attname})s")
    for field, column in COLUMNS
    if column.typed
}
SAME_NAME = "lower(old.name) = lower(EXCLUDED.name)"
UNCONFIRMED = "old.confirmed_at IS NULL"

# What was quarantined for what was typed or for a block list is decided anew together with what was
# typed. Otherwise a stranger could quarantine somebody else's signature in advance.
ANEW = f"({', '.join(repr(str(reason)) for reason in screening.OF_WHAT_WAS_TYPED)})"
WAS_ANEW = f"old.moderation_reason IN {ANEW}"
IS_ANEW = f"old.moderation || old.moderation_reason = '' AND EXCLUDED.moderation_reason IN {ANEW}"


def replaced(columns: Iterable[str], condition: str) -> str:
    """The assignments that replace the values of an earlier signature on a condition."""
    return ", ".join(
        f"{column} = CASE WHEN {condition} THEN EXCLUDED.{column} ELSE old.{column} END"
        for column in columns
    )


# The statement does the same work for everybody, so that its duration does not reveal who has
# signed. A row that must not change is written again as it was, with all its indexes
# (`times_signed` makes sure of that), and each signature adds a mail (`mail.sending` enforces the
# allowance). It returns no row for a signer who lost the race for the first household slot against
# another name; `sign` then tries again. The closing time is checked once more at the end, if the
# statement has waited for the lock of a row or of the tally. The check takes a seventh of the time
# of signing in PostgreSQL, and a statement that has been running for less than 5 ms has not waited.
def signing(version: int, *, shares_email: bool) -> Statement:
    """The statement for signers from networks of this version of IP.

    PostgreSQL prepares all parts of a statement each time, so it contains only what may be needed:
    wider ranges for IPv6, and household slots where the petition lets two people share an email.
    """
    wide = f"wide AS ({WIDE})," if version == 6 else ""
    from_wide = "CROSS JOIN wide" if version == 6 else ""
    is_wide = "WHEN wide.is_full THEN 'wide'" if version == 6 else ""
    moderation = "'quarantined'" if shares_email else "moderation"
    remembered = REMEMBERED.format(moderation=moderation)
    screened = SCREENED.format(from_wide=from_wide, is_wide=is_wide, remembered=remembered)
    theirs = f"{UNCONFIRMED} AND {SAME_NAME}" if shares_email else UNCONFIRMED
    moderated = replaced(
        ("moderation", "moderation_reason"), f"{theirs} AND ({WAS_ANEW} OR {IS_ANEW})"
    )
    return Statement(f"""
    WITH recent AS ({RECENT}), {wide} screened AS ({screened}), signed AS (
        INSERT INTO campaigns_signature AS old (
            id, tally_id, email_key, household_slot, moderation, moderation_reason, network_key,
            {", ".join(TYPED)})
        SELECT %(id)s, original.tally_id, %(email_key)s, {SHARED_SLOT if shares_email else 1},
            screened.moderation, screened.reason, %(network_key)s,
            {", ".join(TYPED.values())}
        FROM ({OPEN}) AS original, screened
        ON CONFLICT (tally_id, email_key, household_slot) DO UPDATE
        SET times_signed = old.times_signed + 1, {moderated}, {replaced(TYPED, theirs)}
        {f"WHERE old.household_slot = 2 OR {SAME_NAME}" if shares_email else ""}
        RETURNING id, confirmed_at
    )
    INSERT INTO campaigns_outgoingmail
        (signature_id, kind, due_at, attempts, outcome, recipient_key)
    SELECT id, CASE
            WHEN confirmed_at IS NULL THEN 'confirm'
            WHEN confirmed_at >= statement_timestamp() THEN 'thanks'
            ELSE 'already' END,
        {DUE_AT}, 0, '', %(recipient_key)s
    FROM signed, screened
    ON CONFLICT (signature_id) WHERE kind = 'thanks' DO UPDATE SET kind = 'thanks'
    RETURNING signature_id, CASE
        WHEN clock_timestamp() > statement_timestamp() + interval '5 milliseconds'
        THEN campaigns_refuse_late(%(original)s) END
    """)


SIGN = {
    (version, shares_email): signing(version, shares_email=shares_email)
    for version in (4, 6)
    for shares_email in (False, True)
}

# Who signed without a proof of work, and nothing else was held against them.
IS_UNPROVEN = "moderation = 'quarantined' AND moderation_reason = 'proof'"

# The mail of thanks has no recipient key: a mailbox that has just confirmed needs no protection
# from strangers (`mail.sending.one_too_many`).
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
