"""Sends mailings at the rate of the settings, never twice to one person.

The recipients of a mailing are listed once, when it begins. Then each row is marked as started, and
this is committed before the email is handed over. An email that was started and did not end (the
worker was killed, the mail server did not answer) is not sent again, but counted as perhaps sent.
Emails that are to be sent within one second are started together.

Several workers send a mailing together, and several threads of each while it is behind its rate.
"""

import logging
import math
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now

from campaigns.mail import outbox, pace, posting, refusals
from campaigns.mailings import (
    audience,
    composing,
    due_mailings,
    mailing_actions,
    refused_in_a_row,
    suppression,
)
from campaigns.mailings.mailing import Mailing, Outcome, Recipient
from campaigns.prepared_statements import Statement
from campaigns.signatures.signature import Signature
from operations.doctor.answers import told

log = logging.getLogger(__name__)

# The most emails that a thread starts together: those of one second, up to this number. If a worker
# is killed, at most so many are missing for each of its connections.
MOST_STARTED = 20
# A connection is kept open for a slot that begins within this time, by a thread that only helps and
# by the one for mailings.
AT_ONCE, SOON = timedelta(seconds=1), timedelta(seconds=pace.BATCH)
# Used as an outcome for signers who may get no mailings any more.
NOT_SENT = ""

# Without LATERAL, PostgreSQL could read the recipients of a paused mailing first.
WAITING = """
    SELECT count(*) FROM (
        SELECT FROM campaigns_mailing m CROSS JOIN LATERAL (
            SELECT FROM campaigns_recipient r WHERE r.mailing_id = m.id
              AND r.started_at IS NULL AND r.due_at <= statement_timestamp()
            LIMIT %(limit)s) due
        WHERE m.state = 'sending' LIMIT %(limit)s) counted
"""
# With IN, PostgreSQL could read the subquery again for each recipient, and start them all at once.
# With EXISTS in the place of LATERAL, it would read all recipients each time.
START = """
    UPDATE campaigns_recipient SET started_at = clock_timestamp(), attempts = attempts + 1
    WHERE id = ANY(ARRAY(
        SELECT r.id FROM campaigns_recipient r
        WHERE r.mailing_id = (
            SELECT m.id FROM campaigns_mailing m CROSS JOIN LATERAL (
                SELECT FROM campaigns_recipient d WHERE d.mailing_id = m.id
                  AND d.started_at IS NULL AND d.due_at <= statement_timestamp()
                ORDER BY d.id LIMIT 1) due
            WHERE m.state = 'sending' ORDER BY m.began_at, m.id LIMIT 1)
          AND r.started_at IS NULL AND r.due_at <= statement_timestamp()
        ORDER BY r.id LIMIT %s FOR UPDATE SKIP LOCKED))
    RETURNING id, mailing_id, signature_id, attempts
"""
# Does not wait for the disk: if the database crashes at that moment, the rows are still marked as
# started. The counts are always locked in the same order, which prevents deadlocks. Rows that a job
# holds are skipped: they go with their signatures, or stay as started and count as perhaps sent.
END = Statement("""
    WITH ended AS (
        SELECT r.id, outcome
        FROM unnest(%(ids)s::bigint[], %(outcomes)s::text[]) AS each (id, outcome)
            JOIN campaigns_recipient r USING (id)
        FOR UPDATE OF r SKIP LOCKED
    ), gone AS (
        DELETE FROM campaigns_recipient r USING ended WHERE r.id = ended.id
        RETURNING mailing_id, outcome
    )
    INSERT INTO campaigns_mailingcount (mailing_id, outcome, number)
    SELECT mailing_id, outcome, count(*)
    FROM gone, set_config('synchronous_commit', 'off', true)
    WHERE outcome <> '' GROUP BY mailing_id, outcome ORDER BY mailing_id, outcome
    ON CONFLICT (mailing_id, outcome)
    DO UPDATE SET number = campaigns_mailingcount.number + excluded.number
""")


class Started(NamedTuple):
    """A recipient whose email may now be handed over, by this worker alone."""

    id: int
    mailing: int
    signature: UUID
    attempts: int


def send_due(sleep: Callable[[float], None] = time.sleep) -> float | None:
    """Send for a few seconds; return the seconds until the next call, as `Round` requires."""
    due_mailings.end()
    due_mailings.begin()
    return send_batch(pace.LONGEST_WAIT, sleep)


def help_out(sleep: Callable[[float], None] = time.sleep) -> float | None:
    """Do the same over another connection, while all workers together are behind the rate.

    Emails to signers come first: they are looked for after each second's emails.
    """
    if outbox.is_behind() or not pace.is_behind():
        return None
    return send_batch(timedelta(), sleep, is_needed=outbox.is_behind)


def send_batch(
    within: timedelta, sleep: Callable[[float], None], is_needed: Callable[[], bool] = bool
) -> float | None:
    """Send what the rate allows in a few seconds, unless somebody else reserves it first.

    Each second's emails have a slot of their own, which begins `within` this time or not at all. If
    one connection reserved more, all of them would catch up together once a server that did not
    answer takes emails again. It ends when this connection `is_needed` elsewhere.
    """
    rate = settings.MAILING_RATE / 60
    number = waiting(max(1, round(rate * pace.BATCH))) if rate > 0 else 0
    if not number:
        return None
    few = max(1, min(MOST_STARTED, round(rate)))
    backend = pace.patient()
    known: dict[int, Mailing] = {}
    turns = pace.Turns(rate, sleep)
    try:
        for place in range(0, number, few):
            now = min(few, number - place)
            turns.begin(pace.reserve(timedelta(seconds=now / rate), within))
            pace.opened(backend)
            turns.wait(0)  # Whoever leaves, pauses or stops until then is not started.
            started = start(now)
            if not (started and send_all(started, turns, backend, known)) or is_needed():
                break
            within = max(AT_ONCE, min(within, SOON))
    except pace.SlotTaken:
        return None
    except pace.Unreachable:
        return pace.PAUSE
    finally:
        backend.close()
    return 0


def waiting(limit: int) -> int:
    """Return how many emails are due, up to a limit."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"limit": limit})
        return int(cursor.fetchone()[0])


def start(number: int) -> list[Started]:
    """Mark the next recipients as started; return [] if none is due, or all mailings are paused."""
    with connection.cursor() as cursor:
        cursor.execute(START, [number])
        return sorted(Started(*row) for row in cursor.fetchall())


def send_all(
    started: list[Started], turns: pace.Turns, backend: BaseEmailBackend, known: dict[int, Mailing]
) -> bool:
    """Send to started recipients; return whether there is time for more.

    Raise Unreachable if the mail server does not answer. `known` caches mailings, whose content
    does not change while they are sent. Recipients who were not tried are given back.
    """
    untried, outcomes = started.copy(), dict[int, str]()
    reached, read_at = dict[UUID, Signature](), -math.inf
    try:
        for place, each in enumerate(started):
            turns.wait(place)
            pace.opened(backend)
            if time.monotonic() > read_at + pace.FRESH:
                reached = audience.still_reached([one.signature for one in untried])
                read_at = time.monotonic()
            untried.remove(each)
            if each.signature not in reached:
                outcome: Outcome | str | None = NOT_SENT
            else:
                outcome = send_one(each, reached[each.signature], backend, known)
            if outcome is not None:
                outcomes[each.id] = outcome
            is_taken = outcome not in (None, Outcome.UNCLEAR)
            if turns.are_over or not (is_taken or goes_on(each.mailing)):
                break
        else:
            return True
    finally:
        not_tried = [each.id for each in untried]
        due_mailings.give_back(not_tried, attempts=due_mailings.ONE_LESS)
        if outcomes:
            END.run(ids=list(outcomes), outcomes=list(outcomes.values()))
    pause_if_refused(started[0].mailing)
    return False


def goes_on(key: int) -> bool:
    """Return whether another email may be tried after one that the mail server did not take."""
    with refused_in_a_row.row_of(key) as row:
        return not row.is_too_long and due_mailings.is_sending(key)


def pause_if_refused(key: int) -> None:
    with refused_in_a_row.row_of(key) as row:
        if row.is_too_long:
            refused = list(row.refused_at)
            mailing_actions.pause_for(key, refused, is_unanswered=row.is_unanswered)
            refused_in_a_row.end(key)


def send_one(
    started: Started, signature: Signature, backend: BaseEmailBackend, known: dict[int, Mailing]
) -> Outcome | None:
    """Send one email; return its outcome, or None if it will be retried."""
    try:
        if started.mailing not in known:
            known[started.mailing] = Mailing.objects.get(pk=started.mailing)
        outcome = hand_over(started, known[started.mailing], signature, backend)
    except (OSError, smtplib.SMTPException) as error:
        # After an error, the state of the connection is unknown: the next email gets a new one.
        backend.close()
        return after(error, started, signature)
    if outcome == Outcome.SENT:
        refused_in_a_row.take(started.mailing)
    return outcome


def hand_over(
    started: Started, begun: Mailing, signature: Signature, backend: BaseEmailBackend
) -> Outcome | None:
    """Compose and send an email, or raise the server's error; None if our code cannot write it."""
    written = None
    try:
        written = composing.compose(begun, signature, Recipient(pk=started.id))
        posting.post(written, backend)
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:  # which may not end the round: this email would come first again
        if written and isinstance(error, OSError | smtplib.SMTPException):
            raise
        if written and isinstance(error, ValueError):
            log.error("An email of mailing %s fits into no header.", started.mailing)
            return Outcome.REFUSED
        name = type(error).__name__
        log.error("An email of mailing %s cannot be written: %s", started.mailing, name)
        wait = refusals.WAITS[min(started.attempts, len(refusals.WAITS)) - 1]
        due_mailings.give_back([started.id], due_at=Now() + wait, is_unwritten=True)
        return None
    return Outcome.SENT


def after(error: Exception, started: Started, signature: Signature) -> Outcome | None:
    """Return the outcome of an email that was not accepted; None if it will be retried.

    An email that was perhaps taken is not sent again. A mailbox that does not exist, as the server
    says, gets no more mailings, as after a bounce.
    """
    log.warning("An email of mailing %s was not taken: %s", started.mailing, told(error))
    if refusals.is_perhaps_taken(error):
        with refused_in_a_row.row_of(started.mailing) as row:
            row.unanswered += 1
        return Outcome.UNCLEAR
    is_final = refusals.refused_for_good(error, is_sure=takes_others(started))
    if is_final or started.attempts > len(refusals.WAITS):
        if refusals.is_gone(error) and signature.email:
            keys = suppression.keys_of(signature.email)
            suppression.suppress(keys, signature=signature, reason=suppression.Reason.BOUNCED)
        return Outcome.REFUSED
    # While this thread holds the row, no other thread of this worker pauses the mailing.
    with refused_in_a_row.row_of(started.mailing) as row:
        if due_mailings.is_sending(started.mailing):
            due_at = Now() + refusals.WAITS[started.attempts - 1]
            due_mailings.give_back([started.id], due_at=due_at, is_unwritten=False)
            row.add(started.id, error, is_new=started.attempts == 1)
        else:  # It is no attempt, as for those whose refusals have paused the mailing.
            due_mailings.give_back([started.id], attempts=due_mailings.ONE_LESS)
            refused_in_a_row.end(started.mailing)
    return None


def takes_others(started: Started) -> bool:
    """Return whether the server has taken another email since the first attempt of this one."""
    within = refusals.sure_within(started.attempts)
    since = refused_in_a_row.taken_ago(started.mailing)
    return since < within.total_seconds() or outbox.took_within(within)
