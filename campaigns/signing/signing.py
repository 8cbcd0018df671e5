"""What the public does: sign, confirm, correct, withdraw.

Hot, so it speaks SQL: one prepared statement for a signature, new or not. Opening, closing and
pausing are decided by the database's clock in that statement, so that nothing kept can be late, and
no POST that had to wait.
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
from campaigns.statements import Statement

PAGES = Page._meta.db_table

# How many of this network came in within a day, counted no further than the limit.
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

# Which of the two household slots of a shared email it is: that of the same name, or else the first
# that is free.
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

# While a signature is unconfirmed, signing again replaces what was typed; where two may share an
# email, only that of the one of the two whose name it is. It stays with the network that it first
# came from, or a second network could take those of the first, whose limit would never be reached.
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

# The same work for everybody, so that its time tells nobody who has signed: a row that must not
# change is written as it was, all its indexes too (`times_signed` sees to that), and each signature
# owes a mail (`mail.sending` sees to the allowances). Only one who lost the race for the first slot
# against another name gets no row, and tries again. The closing time is looked at again at the end,
# for the lock of a row or of the tally (which the foreign key would else wait for at the very last)
# may have been waited for.
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

# What the form asks for besides name and email, and what is kept where nothing is answered.
UNANSWERED: dict[str, Any] = {
    field.name: None if field.null else field.get_default()
    for field, column in COLUMNS
    if column.form_field and field.name not in ("name", "email")
}

CONFIRM = Statement(f"""
    UPDATE campaigns_signature signature SET confirmed_at = clock_timestamp()
    FROM campaigns_tally tally JOIN campaigns_petition original ON original.id = tally.petition_id
    WHERE signature.id = %(id)s AND tally.id = signature.tally_id
      AND signature.confirmed_at IS NULL AND signature.anonymised_at IS NULL
      AND {takes_confirmations_sql()}
    RETURNING tally.translation_key, tally.petition_id, signature.language
""")


class PetitionClosed(Exception):
    """The petition takes no signatures at this moment: closed, won, paused or not yet open."""


class BadLink(Exception):
    """The link is cut, forged, made for something else, or its signature was removed."""


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
    """Keep a signature and owe its mail, or owe an earlier signer of the same email a word.

    `is_shown`: whether its signer agrees that everybody reads it, shortened. `answers`: to what
    UNANSWERED names; "" for nothing.

    Says nothing of which it was, nor whether it was set aside. Raises PetitionClosed. Repeating it
    after a failure is safe: the row is found by its email, and at worst one mail more is owed.
    `network` is as `networks.network_of` gives it; `trap` is what stood in the field that people
    do not see.
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
    try:
        is_kept = SIGN.run(**values)
        if not is_kept and petition.original.shares_email:
            # The other one, who took the first slot meanwhile, is there to be seen by now.
            is_kept = SIGN.run(**values)
    except DatabaseError as trouble:
        if isinstance(trouble.__cause__, psycopg.errors.RaiseException):
            raise PetitionClosed from None  # while the statement waited
        raise
    if not is_kept:
        raise PetitionClosed


def find(purpose: str, token: str) -> Signature:
    """The signature that a link is about; raises BadLink."""
    try:
        pk = tokens.read(purpose, token)
        return Signature.objects.select_related("tally__petition").get(pk=pk, anonymised_at=None)
    except (tokens.BadToken, Signature.DoesNotExist):
        raise BadLink from None


def confirm(token: str) -> Petition:
    """Make the signature count, once; the petition, in its signer's language.

    Raises BadLink, or TooLate a day after closing.
    """
    try:
        pk = tokens.read("confirm", token)
    except tokens.BadToken:
        raise BadLink from None
    if row := CONFIRM.run(id=pk):
        key, original, language = row
        return signed_petition(key, original, language=language)
    signature = find("confirm", token)
    if signature.confirmed_at is None:
        raise TooLate
    return signature.petition


def correct(
    token: str, *, name: str, updates: bool | None = None, is_shown: bool | None = None
) -> None:
    """Put right the name, whether its signer wants news and is shown (None: as it was).

    Raises BadLink.
    """
    signature = find("manage", token)
    if is_shown is None:
        is_shown = signature.shown_as is not None
    shown_as = public_signers.shortened(name) if is_shown else None
    values: dict[str, str | bool | None] = {"name": name, "shown_as": shown_as}
    if updates is not None:
        values["updates"] = updates
    # A signature that was anonymised or deleted since the link was read stays so. A name that
    # appeared alone would tell who has just been here: it waits for others again.
    signatures = Signature.objects.filter(pk=signature.pk, anonymised_at=None)
    if not signatures.update(**values, shown_at=None):
        raise BadLink


def withdraw(token: str) -> None:
    """Remove the signature and all that we know of its signer. Raises BadLink."""
    signature = find("withdraw", token)
    with transaction.atomic():
        dependents.delete([signature.pk])
        signature.delete()
