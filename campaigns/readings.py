"""Whether mail leaves and totals follow. `operations.health` finds this module by its name."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from campaigns.mail.outbox import OutgoingMail
from campaigns.signatures.conditions import COUNTED_SQL
from operations.health import register

# What is due leaves within seconds. After so many attempts ten minutes have passed.
WAITED = timedelta(minutes=10)
TRIED = 6
# Totals follow within seconds; a transaction that writes for long may hold them up a little.
BEHIND = timedelta(minutes=2)

OLDEST_UNCOUNTED = f"""
    SELECT min(first.confirmed_at) FROM campaigns_tally t CROSS JOIN LATERAL (
        SELECT s.confirmed_at FROM campaigns_signature s
        WHERE s.tally_id = t.id AND {COUNTED_SQL}
          AND s.confirmed_at > coalesce(t.settled_at, '-infinity')
        ORDER BY s.confirmed_at LIMIT 1) AS first
"""


def outbox() -> tuple[bool, str]:
    now = timezone.now()
    owed = OutgoingMail.objects.filter(outcome=OutgoingMail.Outcome.OWED)
    due = owed.filter(due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first()
    if due and due < now - WAITED:
        return False, f"A mail has been due for {minutes(now - due)} minutes."
    sent = OutgoingMail.objects.filter(ended_at__gt=now - WAITED, outcome="sent")
    refused = owed.filter(attempts__gte=TRIED).count()
    if refused and not sent.exists():
        return False, f"{refused} mails are refused again and again, and none was sent lately."
    return True, "What is due is sent."


def totals() -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_UNCOUNTED)
        [(oldest,)] = cursor.fetchall()
    behind = timezone.now() - oldest if isinstance(oldest, datetime) else timedelta()
    if behind < BEHIND:
        return True, "They follow the signatures."
    return False, f"They are {minutes(behind)} minutes behind the signatures."


def minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)


register("outbox", outbox)
register("totals", totals)
