"""What signers do: sign, confirm, correct, withdraw.

Signing is the hottest path of the site, so it is one prepared statement in SQL, for new signers and
for those who sign again. The statement itself decides by the database's clock whether the petition
is open, so that neither a cache nor a POST that had to wait can be late.
"""

from typing import Any

import psycopg
import uuid6
from django.db import DatabaseError, transaction
from django.utils import timezone
from wagtail.models import Page

from campaigns.moderation import screening
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import open_sql, takes_confirmations_sql
from campaigns.privacy import dependents
from campaigns.signatures import networks, public_signers, tokens
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.email_keys import mailbox_key, normalise
from campaigns.signatures.signature import Signature, signed_petition
from campaigns.signing import typed
from campaigns.statements import Statement

PAGES = Page._meta.db_table

# How many signatures this network has sent within a day; counts no further than the limit.
RECENT = """
    SELECT count(*) AS sustained,
        count(*) FILTER (WHERE signed_at > statement_timestamp() - interval '10 minutes') AS burst
    FROM (
        SELECT signed_at FROM campaigns_signature
        WHERE network_key = %(network_key)s AND tally_id = %(tally)s
          AND signed_at > statement_timestamp() - interval '1 day'
        ORDER BY signed_at DESC LIMIT %(sustained)s
    ) AS latest
"""

# The household slot of the signature, where two people may share one email: the slot with the same
# name, or else the first that is free.
HOUSEHOLD_SLOT = """
    CASE WHEN %(is_shared)s THEN coalesce(
        (SELECT min(household_slot) FROM campaigns_signature WHERE tally_id = %(tally)s
            AND email_key = %(email_key)s AND lower(name) = lower(%(name)s)),
        (SELECT 1 + count(*) FROM campaigns_signature WHERE tally_id = %(tally)s
            AND email_key = %(email_key)s AND household_slot = 1))
    ELSE 1 END
"""

# The typed columns that do not simply hold the value of their own name.
WORKED_OUT = {
    "version_id": "%(version)s",
    "signed_at": "clock_timestamp()",
    "confirmed_at": "CASE WHEN original.confirms_by_email THEN NULL ELSE clock_timestamp() END",
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
THEIRS = """old.confirmed_at IS NULL
    AND (NOT %(is_shared)s OR lower(old.name) = lower(EXCLUDED.name))"""
REPLACED = ", ".join(
    f"{column} = CASE WHEN {THEIRS} THEN EXCLUDED.{column} ELSE old.{column} END"
    for column in TYPED
)

# The statement does the same work for everybody, so that its duration does not reveal who has
# signed. A row that must not change is written again as it was, with all its indexes
# (`times_signed` makes sure of that), and each signature adds a mail (`mail.sending` enforces the
# allowance). It returns no row for a signer who lost the race for the first household slot against
# another name; `sign` then tries again. The closing time is checked once more at the end, since the
# statement may have waited for the lock of a row or of the tally. (FOR KEY SHARE takes the latter
# early, which the foreign key would otherwise take last.)
SIGN = Statement(f"""
    WITH recent AS ({RECENT}), signed AS (
        INSERT INTO campaigns_signature AS old (
            id, tally_id, email_key, household_slot, moderation, moderation_reason, network_key,
            {", ".join(TYPED)})
        SELECT %(id)s, tally.id, %(email_key)s, {HOUSEHOLD_SLOT},
            CASE WHEN why.reason = '' THEN '' ELSE 'quarantined' END, why.reason, %(network_key)s,
            {", ".join(TYPED.values())}
        FROM campaigns_tally tally
            JOIN campaigns_petition original ON original.id = tally.petition_id,
            recent, LATERAL (SELECT CASE
                WHEN %(is_trusted)s THEN ''
                WHEN %(reason)s <> '' THEN %(reason)s
                WHEN recent.burst >= %(burst)s THEN 'burst'
                WHEN recent.sustained >= %(sustained)s THEN 'sustained'
                ELSE '' END AS reason) AS why
        WHERE tally.id = %(tally)s AND {open_sql()}
        FOR KEY SHARE OF tally
        ON CONFLICT (tally_id, email_key, household_slot) DO UPDATE
        SET times_signed = old.times_signed + 1, {REPLACED}
        WHERE NOT %(is_shared)s OR old.household_slot = 2 OR lower(old.name) = lower(EXCLUDED.name)
        RETURNING id, confirmed_at
    )
    INSERT INTO campaigns_outgoingmail
        (signature_id, kind, due_at, attempts, outcome, recipient_key)
    SELECT id, CASE
            WHEN confirmed_at IS NULL THEN 'confirm'
            WHEN confirmed_at >= statement_timestamp() THEN 'thanks'
            ELSE 'already' END,
        clock_timestamp(), 0, '', %(recipient_key)s
    FROM signed
    RETURNING signature_id, campaigns_refuse_late(%(original)s)
""")

# The columns that the form asks for besides name and email, with the values stored for no answer.
UNANSWERED: dict[str, Any] = {
    field.name: None if field.null else field.get_default()
    for field, column in COLUMNS
    if column.form_field and field.name not in ("name", "email")
}

CONFIRM = Statement(f"""
    UPDATE campaigns_signature signature SET confirmed_at = clock_timestamp()
    FROM campaigns_tally tally JOIN campaigns_petition original ON original.id = tally.petition_id
    WHERE signature.id = %(id)s AND tally.id = signature.tally_id
      AND signature.typed_digest IS NOT DISTINCT FROM %(typed)s
      AND signature.confirmed_at IS NULL AND signature.anonymised_at IS NULL
      AND {takes_confirmations_sql()}
    RETURNING tally.translation_key, tally.petition_id, signature.language
""")


class PetitionClosed(Exception):
    """The petition takes no signatures at this moment: closed, won, paused or not yet open."""


class BadLink(Exception):
    """The link is incomplete, forged, made for another purpose, or its signature is gone."""


class Replaced(Exception):
    """Somebody has signed again with the same email, and replaced what the link would confirm."""


class TooLate(Exception):
    """The petition closed more than a day before the signature was confirmed."""


def sign(
    petition: Petition,
    *,
    name: str,
    email: str,
    version: int,
    is_shown: bool = False,
    page: int | None = None,
    source: str = "",
    channel: str = Signature.Channel.FORM,
    network: str | None = None,
    trap: str = "",
    **answers: Any,
) -> None:
    """Store a signature and put its mail into the outbox.

    Where the same mailbox has signed before, no signature is added, and the mail says so. The
    caller does not learn which it was, nor whether the signature was quarantined. Repeating the
    call after a failure is safe: at worst it adds one mail.

    `is_shown` is the signer's consent to be named in public. `answers` are the values for the keys
    of UNANSWERED, "" for none. `network` comes from `networks.network_of`; `trap` is the content of
    the field that people do not see. Raises PetitionClosed.
    """
    if unknown := answers.keys() - UNANSWERED.keys():
        raise TypeError(f"No form asks for {unknown}.")
    today = timezone.now().date()
    mailbox = normalise(email)
    reason = screening.screen(mailbox, network=network, trap=trap)
    values = {
        "id": uuid6.uuid7(),
        "tally": petition.tally.pk,
        "original": petition.original.pk,
        "email_key": mailbox_key(petition.tally.pk, mailbox),
        "recipient_key": networks.daily_key("recipient", mailbox, today),
        "network_key": network and networks.daily_key("network", network, today),
        "is_shared": petition.original.shares_email,
        "is_trusted": reason is None,
        "reason": reason or "",
        "name": name,
        "email": email,
        **UNANSWERED,
        **{field: answer for field, answer in answers.items() if answer != ""},
        "language": petition.locale.language_code,
        "shown_as": public_signers.shortened(name) if is_shown else None,
        "version": version,
        "page": page,
        "source": source,
        "channel": channel,
        **networks.limits(),
    }
    values["typed_digest"] = typed.digest(values)
    try:
        is_stored = SIGN.run(**values)
        if not is_stored and petition.original.shares_email:
            # By now the statement sees the row of the person who took the first slot.
            is_stored = SIGN.run(**values)
    except DatabaseError as error:
        if isinstance(error.__cause__, psycopg.errors.RaiseException):
            raise PetitionClosed from None  # The petition closed while the statement waited.
        raise
    if not is_stored:
        raise PetitionClosed


def find(purpose: str, token: str) -> Signature:
    """The signature that belongs to the token of a link. Raises BadLink."""
    try:
        pk, _ = tokens.read(purpose, token)
        return Signature.objects.select_related("tally__petition").get(pk=pk, anonymised_at=None)
    except (tokens.BadToken, Signature.DoesNotExist):
        raise BadLink from None


def is_replaced(signature: Signature, token: str) -> bool:
    """Whether the link to confirm was made for something else than what is typed there now."""
    return tokens.read("confirm", token)[1] != bytes(signature.typed_digest or b"")


def confirm(token: str) -> Petition:
    """Confirm the signature, and return the petition in the signer's language.

    Confirming twice does no harm. The link confirms what was typed when its mail was written, and
    nothing else. Raises BadLink, Replaced, and TooLate a day after closing.
    """
    try:
        pk, digest = tokens.read("confirm", token)
    except tokens.BadToken:
        raise BadLink from None
    if row := CONFIRM.run(id=pk, typed=digest or None):
        key, original, language = row
        return signed_petition(key, original, language=language)
    signature = find("confirm", token)
    if signature.confirmed_at is None:
        raise Replaced if is_replaced(signature, token) else TooLate
    return signature.petition


def correct(
    token: str, *, name: str, updates: bool | None = None, is_shown: bool | None = None
) -> None:
    """Change the name and the consents of a signature; None leaves a consent as it is.

    Raises BadLink.
    """
    signature = find("manage", token)
    if is_shown is None:
        is_shown = signature.shown_as is not None
    shown_as = public_signers.shortened(name) if is_shown else None
    values: dict[str, str | bool | None] = {"name": name, "shown_as": shown_as}
    if updates is not None:
        values["updates"] = updates
    # A signature that was anonymised or deleted since the link was read stays so. The name must
    # wait for others again before it is shown, since a name that changed alone would reveal who
    # has just been here.
    signatures = Signature.objects.filter(pk=signature.pk, anonymised_at=None)
    if not signatures.update(**values, shown_at=None):
        raise BadLink


def withdraw(token: str) -> None:
    """Delete the signature, and all data about its signer. Raises BadLink."""
    signature = find("withdraw", token)
    with transaction.atomic():
        dependents.delete([signature.pk])
        signature.delete()
