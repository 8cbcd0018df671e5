"""Check that emails are sent and totals are current; `operations.health` imports it by name."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Min, Sum
from django.utils import timezone

from campaigns import caching
from campaigns.mail.leases import LONGEST_WAIT
from campaigns.mail.outbox import OutgoingMail
from campaigns.mailings.mailing import Recipient
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, IN_STATE
from campaigns.signatures.signature import Signature
from operations.health import register
from operations.metrics import gauges, measuring

# Due emails are sent within seconds. After this many attempts, five minutes have passed; one that
# was not answered counts as more.
WAITED = timedelta(minutes=10)
TRIED = 6
# A typo in an email address or two are no fault of the mail server, unless it has taken nothing for
# a day.
MOST_REFUSED = 3
QUIET = timedelta(days=1)
REFUSED_WITHIN = timedelta(hours=1)
# Totals are current within seconds.
BEHIND = timedelta(minutes=2)

# While a long transaction writes, nothing is settled (`counting.SETTLED_TO`), and totals contain
# what was confirmed since: `total` is more than `settled`. What came in addition is the newest.
OLDEST_UNCOUNTED = f"""
    SELECT min(first.confirmed_at) FROM campaigns_tally t CROSS JOIN LATERAL (
        SELECT newest.confirmed_at FROM (
            SELECT s.confirmed_at, row_number() OVER (ORDER BY s.confirmed_at) AS number
            FROM campaigns_signature s
            WHERE s.tally_id = t.id AND {COUNTED_SQL}
              AND s.confirmed_at > coalesce(t.settled_at, '-infinity')) AS newest
        WHERE newest.number > t.total - t.settled
        ORDER BY newest.number LIMIT 1) AS first
"""


def outbox() -> tuple[bool, str]:
    now = timezone.now()
    owed = OutgoingMail.objects.filter(outcome=OutgoingMail.Outcome.OWED)
    due = owed.filter(due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first()
    if due and due < now - WAITED:
        return False, f"An email has been due for {minutes(now - due)} minutes."
    # What was tried is due again within LONGEST_WAIT. The condition spares reading emails that are
    # due much later: many, after requests to confirm were sent to many signers again.
    tried = owed.filter(attempts__gte=TRIED, due_at__lte=now + LONGEST_WAIT).order_by()
    signers = tried.aggregate(number=Count("signature", distinct=True))["number"]
    since = now - (WAITED if signers >= MOST_REFUSED else QUIET)
    sent = OutgoingMail.objects.filter(ended_at__gt=since, outcome="sent")
    if signers and not sent.exists():
        return False, f"{tried.count()} emails were not taken, and none was sent lately."
    last = OutgoingMail.objects.filter(ended_at__gt=now - REFUSED_WITHIN).order_by()
    ended = dict(last.values_list("outcome").annotate(Count("pk")))
    refused = ended.get("refused", 0)
    if refused >= MOST_REFUSED and "sent" not in ended:
        return False, f"{refused} emails were refused for good within an hour, and none was sent."
    return True, "What is due is sent."


def mailings() -> tuple[bool, str]:
    number = Recipient.objects.filter(is_unwritten=True).count()
    if number:
        return False, f"{number} emails of mailings cannot be written: the log says why."
    return True, "Their emails can be written."


def oldest_uncounted() -> datetime | None:
    """Return when the oldest signature that no total includes was confirmed."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_UNCOUNTED)
        [(oldest,)] = cursor.fetchall()
    return oldest if isinstance(oldest, datetime) else None


def totals() -> tuple[bool, str]:
    oldest = oldest_uncounted()
    behind = timezone.now() - oldest if oldest else timedelta()
    if behind < BEHIND:
        return True, "They follow the signatures."
    return False, f"They are {minutes(behind)} minutes behind the signatures."


def numbers() -> gauges.Gauges:
    """Yield the numbers of signatures, emails and totals, for Prometheus."""
    told = "Signatures that count, that wait for their confirmation, and that are quarantined."
    sums = Tally.objects.aggregate(confirmed=Sum("total"), pending=Sum("pending"))
    states = {name: float(number or 0) for name, number in sums.items()}
    states["quarantined"] = float(Signature.objects.filter(IN_STATE["quarantined"]).count())
    yield gauges.gauge("lastdrop_signatures", told, states, by="state")
    owed = OutgoingMail.objects.filter(outcome=OutgoingMail.Outcome.OWED)
    due = owed.filter(due_at__lte=timezone.now()).aggregate(Count("pk"), Min("due_at"))
    yield gauges.gauge("lastdrop_outbox_due", "Emails that are due.", float(due["pk__count"]))
    told = "For how long the oldest email has been due."
    yield from gauges.age("lastdrop_outbox_oldest_seconds", told, due["due_at__min"], 0.0)
    told = "How far the totals are behind the signatures."
    yield from gauges.age("lastdrop_totals_behind_seconds", told, oldest_uncounted(), 0.0)


def minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)


register("outbox", outbox)
register("mailings", mailings)
register("totals", totals)
gauges.REGISTERED.append(numbers)
measuring.CACHES.append(caching.lookups)
