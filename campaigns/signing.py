"""What the public does: sign, confirm, correct, withdraw.

Hot, so it speaks SQL: one prepared statement for a new signature. Opening, closing and pausing are
decided by the database's clock in that statement, so that no page kept somewhere can be late, and
no POST that had to wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import uuid6
from django.db import connection, transaction
from django.utils import timezone

from campaigns import networks, throttling, tokens
from campaigns.email_keys import email_key, normalise
from campaigns.models.mail import ALLOWANCE, DAILY_ALLOWANCE, OutgoingMail
from campaigns.models.petition import Petition
from campaigns.models.rules import GRACE
from campaigns.models.signature import Signature

OPEN = """
    rules.live AND tally.won_at IS NULL AND tally.paused_at IS NULL
    AND (rules.opens_at IS NULL OR rules.opens_at <= clock_timestamp())
    AND (rules.closes_at IS NULL OR rules.closes_at > clock_timestamp())
"""

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

# While a signature is unconfirmed, signing again replaces what was typed (where two may share an
# email, only for the one of the two whose name it is). `xmax = 0` tells a new row from a replaced
# one; only a new one is owed mail here, for how much an old one was already sent must be read
# after its row is locked. The closing time is looked at again at the end, for the lock of a row or
# of the tally (the foreign key would else wait for it at the very last) may have been waited for.
SIGN = f"""
    WITH recent AS ({RECENT}), signed AS (
        INSERT INTO campaigns_signature (
            id, tally_id, email_key, seat, name, email, country, postcode, comment, language,
            updates, wording_id, signed_at, confirmed_at, verdict, verdict_reason, channel,
            page_id, source, network_key)
        SELECT %(id)s, tally.id, %(email_key)s, %(seat)s, %(name)s, %(email)s, %(country)s,
            %(postcode)s, %(comment)s, %(language)s, %(updates)s, %(wording)s, clock_timestamp(),
            CASE WHEN rules.confirms_by_email THEN NULL ELSE clock_timestamp() END,
            CASE WHEN why.reason = '' THEN '' ELSE 'quarantined' END, why.reason,
            %(channel)s, (SELECT id FROM wagtailcore_page WHERE id = %(page)s AND live),
            %(source)s, %(network_key)s
        FROM campaigns_tally tally JOIN campaigns_petition rules ON rules.id = tally.petition_id,
            recent, LATERAL (SELECT CASE
                WHEN %(is_trusted)s THEN ''
                WHEN %(reason)s <> '' THEN %(reason)s
                WHEN recent.burst >= %(burst)s THEN 'burst'
                WHEN recent.sustained >= %(sustained)s THEN 'sustained'
                ELSE '' END AS reason) AS why
        WHERE tally.id = %(tally)s AND {OPEN}
        FOR KEY SHARE OF tally
        ON CONFLICT (tally_id, email_key, seat) DO UPDATE SET
            name = EXCLUDED.name, email = EXCLUDED.email, country = EXCLUDED.country,
            postcode = EXCLUDED.postcode, comment = EXCLUDED.comment,
            language = EXCLUDED.language, updates = EXCLUDED.updates,
            wording_id = EXCLUDED.wording_id, signed_at = EXCLUDED.signed_at,
            confirmed_at = EXCLUDED.confirmed_at, channel = EXCLUDED.channel,
            page_id = EXCLUDED.page_id, source = EXCLUDED.source,
            network_key = EXCLUDED.network_key
        WHERE campaigns_signature.confirmed_at IS NULL
          AND (NOT %(is_shared)s OR lower(campaigns_signature.name) = lower(EXCLUDED.name))
        RETURNING id, confirmed_at IS NOT NULL AS counts, xmax = 0 AS is_new
    ), owed AS (
        INSERT INTO campaigns_outgoingmail
            (signature_id, kind, due_at, attempts, outcome, recipient_key)
        SELECT id, CASE WHEN counts THEN 'thanks' ELSE 'confirm' END, clock_timestamp(), 0, '',
            %(recipient_key)s
        FROM signed WHERE is_new AND %(seat)s = 1 AND (
            SELECT count(*) FROM (
                SELECT 1 FROM campaigns_outgoingmail WHERE recipient_key = %(recipient_key)s
                LIMIT {DAILY_ALLOWANCE}) AS today) < {DAILY_ALLOWANCE}
    )
    SELECT id, counts, is_new, campaigns_refuse_late(%(rules)s) FROM signed
"""

# Only after the first statement: inside it a duplicate committed meanwhile would not be seen.
FIND = f"""
    SELECT signature.id
    FROM campaigns_tally tally JOIN campaigns_petition rules ON rules.id = tally.petition_id
    JOIN campaigns_signature signature ON signature.tally_id = tally.id
    WHERE tally.id = %(tally)s AND signature.email_key = %(email_key)s AND signature.seat = 1
      AND {OPEN}
"""

CONFIRM = """
    UPDATE campaigns_signature signature SET confirmed_at = clock_timestamp()
    FROM campaigns_tally tally JOIN campaigns_petition rules ON rules.id = tally.petition_id
    WHERE signature.id = %(id)s AND tally.id = signature.tally_id
      AND signature.confirmed_at IS NULL AND signature.erased_at IS NULL
      AND (rules.closes_at IS NULL OR rules.closes_at + %(grace)s > clock_timestamp())
"""


CONFIRM_MAIL, THANKS, ALREADY = (
    OutgoingMail.Kind.CONFIRM,
    OutgoingMail.Kind.THANKS,
    OutgoingMail.Kind.ALREADY,
)


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
    wording: int,
    country: str = "",
    postcode: str = "",
    comment: str = "",
    updates: bool = False,
    page: int | None = None,
    source: str = "",
    channel: str = Signature.Channel.FORM,
    network: str | None = None,
    trap: str = "",
) -> None:
    """Keep a signature and owe its mail, or owe an earlier signer of the same email a word.

    Says nothing of which it was, nor whether it was set aside. Raises PetitionClosed. Repeating it
    after a failure is safe: the row is found by its email. `network` is as `networks.network_of`
    gives it; `trap` is what stood in the field that people do not see.
    """
    today = timezone.now().date()
    reason = throttling.screen(email, network=network, trap=trap)
    values = {
        "id": uuid6.uuid7(),
        "tally": petition.tally.pk,
        "rules": petition.rules.pk,
        "email_key": email_key(petition.tally.pk, email),
        "recipient_key": networks.daily_key("recipient", normalise(email), today),
        "network_key": network and networks.daily_key("network", network, today),
        "seat": 1,
        "is_shared": petition.rules.shares_email,
        "is_trusted": reason is None,
        "reason": reason or "",
        "name": name,
        "email": email,
        "country": country or None,
        "postcode": postcode or None,
        "comment": comment or None,
        "language": petition.locale.language_code,
        "updates": updates,
        "wording": wording,
        "page": page,
        "source": source,
        "channel": channel,
        **throttling.limits(),
    }
    row = run(SIGN, values)
    if row is None and petition.rules.shares_email and not is_the_first(values):
        row = run(SIGN, values | {"id": uuid6.uuid7(), "seat": 2})
        if row:
            owe(values, row[0], THANKS if row[1] else CONFIRM_MAIL)
            return
    if row is None:
        earlier = run(FIND, values)
        if earlier is None:
            raise PetitionClosed
        owe(values, earlier[0], ALREADY)
    elif not row[2]:
        owe(values, row[0], THANKS if row[1] else CONFIRM_MAIL)


def is_the_first(values: dict[str, Any]) -> bool:
    """Whether it is the first of the two who share the email, and not the second."""
    first = Signature.objects.filter(tally=values["tally"], email_key=values["email_key"], seat=1)
    return first.filter(name__iexact=values["name"]).exists()


def owe(values: dict[str, Any], signature: UUID, kind: str) -> None:
    """Owe a mailbox one more mail, unless its allowance is used up."""
    about = {"signature__tally": values["tally"], "signature__email_key": values["email_key"]}
    with transaction.atomic():
        # The row's lock puts 64 clicks at once into a line, so that each sees the mail before it.
        if not Signature.objects.select_for_update().filter(pk=signature).exists():
            return
        mails = OutgoingMail.objects
        if (
            mails.filter(**about).count() < ALLOWANCE
            and mails.filter(recipient_key=values["recipient_key"]).count() < DAILY_ALLOWANCE
        ):
            mails.create(
                signature_id=signature,
                kind=kind,
                due_at=timezone.now(),
                recipient_key=values["recipient_key"],
            )


def find(purpose: str, token: str) -> Signature:
    """The signature that a link is about; raises BadLink."""
    try:
        pk = tokens.read(purpose, token)
        return Signature.objects.select_related("tally__petition").get(pk=pk, erased_at=None)
    except (tokens.BadToken, Signature.DoesNotExist):
        raise BadLink from None


def confirm(token: str) -> Signature:
    """Make the signature count, once. Raises BadLink, or TooLate a day after closing."""
    signature = find("confirm", token)
    if signature.confirmed_at is None:
        with hot() as cursor:
            cursor.execute(CONFIRM, {"id": signature.pk, "grace": GRACE}, prepare=True)
        signature.refresh_from_db(fields=["confirmed_at"])
        if signature.confirmed_at is None:
            raise TooLate
    return signature


def correct(token: str, *, name: str, updates: bool | None = None) -> None:
    """Put right the name, and whether its signer wants news (None: as it was). Raises BadLink."""
    values = {"name": name} if updates is None else {"name": name, "updates": updates}
    # Emptied or erased since the link was read, it stays so.
    signatures = Signature.objects.filter(pk=find("manage", token).pk, erased_at=None)
    if not signatures.update(**values):
        raise BadLink


def withdraw(token: str) -> None:
    """Remove the signature and all that we know of its signer. Raises BadLink."""
    find("withdraw", token).delete()


def run(statement: str, values: dict[str, Any]) -> tuple | None:
    """The first row. Raises PetitionClosed when it closed while the statement waited."""
    with hot() as cursor:
        try:
            return cursor.execute(statement, values, prepare=True).fetchone()
        except psycopg.errors.RaiseException:
            raise PetitionClosed from None


@contextmanager
def hot() -> Iterator[psycopg.Cursor]:
    """A cursor of psycopg's own: Django's binds on the client and prepares nothing.

    The health check and the error wrapper are what Django's cursor would do: without them a worker
    answers 500 for ever after the database was restarted.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor
