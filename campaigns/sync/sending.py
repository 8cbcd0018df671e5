"""Send events to their receivers, for the worker: in order, and until the receiver accepts them.

One worker at a time sends to a receiver. If that worker is killed, the event that it had begun is
sent again, with the same `webhook-id`, by which the receiver recognises it.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.signatures.signature import Signature
from campaigns.sync import keys, payload, posting, services
from campaigns.sync.delivery import Delivery, Kind, Outcome, Problem
from campaigns.sync.posting import DEADLINE, Answer, NotSent
from campaigns.sync.receiver import LONGEST_FAILING, Receiver
from campaigns.sync.services.api import MOST_REQUESTS
from operations import encryption

log = logging.getLogger(__name__)

# The waits after failed attempts; the last one is repeated.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
# A response with one of these codes rejects one event. All others are about the receiver as a
# whole.
ABOUT_ONE = (400, 409, 413, 415, 422)
# An event that is rejected this often has failed. Only a removal is never given up.
MOST_REFUSALS = 10
GONE = 410
# The turn of a slow receiver ends early, so that the other receivers have theirs.
TURN = 20.0  # seconds
# Longer than the sending of one event, before which the lease is renewed. Once a lease has expired,
# the worker that held it is gone.
LEASE = timedelta(seconds=(MOST_REQUESTS + 1) * DEADLINE)


def send_due() -> float | None:
    """Send to one receiver for a while; return the seconds until the next, as `Round` expects."""
    receiver = claim(timezone.now())
    if receiver is None:
        return None
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        delivery = following(receiver, timezone.now())
        if delivery is None or not hold(receiver) or not send_one(receiver, delivery):
            break
    let_go(receiver)
    return 0


def claim(now: datetime) -> Receiver | None:
    """Claim the receiver that has waited longest, for this worker alone; None if none is due."""
    free = Q(busy_until=None) | Q(busy_until__lte=now)
    due = Receiver.objects.filter(
        free, Exists(due_by(now).filter(receiver=OuterRef("pk"))), is_on=True, due_at__lte=now
    )
    for key in due.order_by("due_at", "pk").values_list("pk", flat=True):
        # Another worker may have been faster, or the receiver may have been deleted meanwhile.
        if due.filter(pk=key).update(busy_until=now + LEASE, due_at=now):
            taken = Receiver.objects.filter(pk=key).first()
            if taken:
                return taken
    return None


def held(receiver: Receiver) -> QuerySet[Receiver]:
    """Return the row of the receiver, unless another worker has claimed it since."""
    return Receiver.objects.filter(pk=receiver.pk, busy_until=receiver.busy_until)


def hold(receiver: Receiver) -> bool:
    """Renew the lease for one more event; return whether this worker still had it.

    A receiver that was switched off meanwhile gets nothing more, and one that was edited gets the
    event as it is set up now.
    """
    until = timezone.now() + LEASE
    if not held(receiver).filter(is_on=True).update(busy_until=until):
        return False
    receiver.refresh_from_db()
    return True


def let_go(receiver: Receiver) -> None:
    """End the lease. If nothing waits any more, the receiver is not failing, whatever it refused.

    Otherwise its first failure after a quiet time would switch it off.
    """
    waiting = Delivery.objects.filter(receiver=receiver, outcome=Outcome.WAITING)
    # In the order of an index. In any order, PostgreSQL would expect to find one soon, and read the
    # events of all receivers.
    first = waiting.order_by("due_at", "pk").values_list("pk")[:1]
    over: dict[str, Any] = {} if first else {"failing_since": None, "attempts": 0}
    held(receiver).update(busy_until=None, **over)


def due_by(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(outcome=Outcome.WAITING, due_at__lte=now)


def following(receiver: Receiver, now: datetime) -> Delivery | None:
    """Return the next event for a receiver. Events about one signature are sent in order.

    An event that must wait for an earlier one becomes due with it. Each query is one index lookup,
    even if a million events wait.
    """
    due = due_by(now).filter(receiver=receiver).select_related("tally__petition")
    while delivery := due.order_by("due_at", "pk").first():
        before = Delivery.objects.filter(
            receiver=receiver,
            outcome=Outcome.WAITING,
            signature=delivery.signature,
            pk__lt=delivery.pk,
        )
        earlier = before.order_by("pk").first() if delivery.signature else None
        if earlier is None:
            return delivery
        Delivery.objects.filter(pk=delivery.pk).update(due_at=earlier.due_at)
    return None


def send_one(receiver: Receiver, delivery: Delivery) -> bool:
    """Send one event; return whether the receiver may get another one now."""
    signature = None
    if receiver.is_feed:
        end(delivery, Outcome.NOTED)
        return True
    if delivery.kind in (Kind.ADDED, Kind.CHANGED):
        signature = payload.still_there(receiver, delivery)
        if signature is None:
            end(delivery, Outcome.NEEDLESS)
            return True
    try:
        tell = web_hook if receiver.is_web_hook else services.tell
        answer = tell(receiver, delivery, signature)
    except NotSent as error:
        tried(delivery, problem=error.problem)
        return wait(receiver)
    except encryption.Damaged:
        log.error("The secret of receiver %s cannot be read: SECRET_KEY changed.", receiver.pk)
        tried(delivery)
        return wait(receiver)
    return act_on(answer, receiver, delivery)


def web_hook(receiver: Receiver, delivery: Delivery, signature: Signature | None) -> Answer:
    """Send an event to a web hook. Raises the same as `services.tell`: NotSent and Damaged."""
    body = payload.compose(receiver, delivery, signature)
    signed = keys.headers(receiver, delivery.key, body, timezone.now())
    headers = {"Content-Type": "application/json", **signed}
    return posting.send(receiver.url, body=body, headers=headers)


def act_on(answer: Answer, receiver: Receiver, delivery: Delivery) -> bool:
    """Act on a response; return whether the receiver may get another event now."""
    if 200 <= answer.status < 300:
        tried(delivery, status=answer.status, outcome=Outcome.SENT)
        if receiver.failing_since or receiver.attempts:
            receiver.failing_since, receiver.attempts = None, 0
            store(receiver, "failing_since", "attempts")
        return True
    problem = Problem.REDIRECT if 300 <= answer.status < 400 else Problem.NONE
    tried(delivery, status=answer.status, problem=problem)
    if answer.status in ABOUT_ONE:
        refused(delivery)
        return fail(receiver, timezone.now())
    return wait(receiver, at_least=seconds(answer.retry_after), is_gone=answer.status == GONE)


def refused(delivery: Delivery) -> None:
    """Postpone an event that the receiver rejected; give it up in the end, unless it removes.

    Otherwise the data of people who have withdrawn would stay in the other system for ever.
    """
    delivery.refusals += 1
    if delivery.refusals >= MOST_REFUSALS and delivery.kind != Kind.REMOVED:
        end(delivery, Outcome.FAILED, "refusals")
    else:
        delivery.due_at = timezone.now() + wait_after(delivery.refusals)
        store(delivery, "due_at", "refusals")


def tried(
    delivery: Delivery,
    *,
    status: int | None = None,
    problem: Problem = Problem.NONE,
    outcome: Outcome = Outcome.WAITING,
) -> None:
    """Record an attempt, which is the last one if there is an outcome."""
    delivery.attempts += 1
    delivery.tried_at = timezone.now()
    delivery.status, delivery.problem = status, problem
    end(delivery, outcome, "attempts", "tried_at", "status", "problem")


def end(delivery: Delivery, outcome: Outcome, *fields: str) -> None:
    """Store an outcome, together with these fields."""
    delivery.outcome = outcome
    delivery.ended_at = timezone.now() if outcome else None
    store(delivery, *fields, "outcome", "ended_at")


def store(row: Receiver | Delivery, *fields: str) -> None:
    """Store these fields, unless the receiver was deleted meanwhile, with its events."""
    rows = type(row).objects.filter(pk=row.pk)
    rows.update(**{field: getattr(row, field) for field in fields})


def wait(receiver: Receiver, *, at_least: float = 0.0, is_gone: bool = False) -> bool:
    """Postpone the next attempt of a receiver that failed, or switch it off; return False."""
    receiver.attempts += 1
    pause = max(wait_after(receiver.attempts), timedelta(seconds=at_least))
    now = timezone.now()
    fail(receiver, now, is_gone=is_gone, attempts=receiver.attempts, due_at=now + pause)
    return False


def fail(receiver: Receiver, now: datetime, *, is_gone: bool = False, **values: Any) -> bool:
    """Store that a receiver failed, and these values; return whether it is still switched on.

    It is switched off once it is gone, or has accepted nothing for `LONGEST_FAILING`.
    """
    before, receiver.failing_since = receiver.failing_since, receiver.failing_since or now
    gives_up = is_gone or now - receiver.failing_since >= LONGEST_FAILING
    if gives_up:
        values |= {"is_on": False, "gave_up_at": now, "told_at": None}
    # Staff may have switched it off, or off and on again, in the meantime.
    rows = Receiver.objects.filter(pk=receiver.pk, is_on=True, failing_since=before)
    rows.update(failing_since=receiver.failing_since, **values)
    return not gives_up


def wait_after(attempts: int) -> timedelta:
    return WAITS[min(attempts, len(WAITS)) - 1]


def seconds(retry_after: str) -> float:
    """Return the Retry-After header in seconds, up to our longest wait; 0 for none or a date."""
    is_number = retry_after.isascii() and retry_after.isdigit()
    return min(float(retry_after), WAITS[-1].total_seconds()) if is_number else 0.0
