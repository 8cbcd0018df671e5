"""How many signatures one person may export within a day, and how many are left."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.db.models import Case, IntegerField, Q, Sum, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import ModelLogEntry

from campaigns.cms.screens import QuestionView
from campaigns.exports.export_log import EXPORT
from operations import locks
from operations.jobs import job as jobs

DAY = timedelta(hours=24)
# Longer than any streamed file takes.
LONGEST = timedelta(minutes=10)


def taken(user: User) -> int:
    """Return the rows of the user's exports in the last 24 hours, including unfinished ones.

    An interrupted export counts with the rows that may have left. Until it is certain that it was
    interrupted, it counts with all its rows.
    """
    entries = ModelLogEntry.objects.filter(
        action=EXPORT, user=user, timestamp__gt=timezone.now() - DAY
    )
    is_streamed = Q(data__finished=False, data__job__isnull=True, data__sha256__isnull=True)
    sent_now = is_streamed & Q(timestamp__gt=timezone.now() - LONGEST)
    rows = Case(When(sent_now, then=number("counted")), default=number("rows"))
    made = entries.order_by().aggregate(sum=Sum(rows))["sum"] or 0
    waiting = jobs.under_way(user).filter(kind="export").aggregate(sum=Sum("total"))["sum"] or 0
    return int(made + waiting)


def number(name: str) -> Cast:
    return Cast(KeyTextTransform(name, "data"), IntegerField())


def left(user: User) -> int | None:
    """Return how many rows the user may still export now; None if there is no limit."""
    limit: int = settings.EXPORT_ROWS_A_DAY
    return max(limit - taken(user), 0) if limit else None


def told(left: int) -> str:
    text = gettext(
        "You can export %(limit)s signatures within 24 hours. You can export %(left)s more now."
    )
    return text % {"limit": intcomma(settings.EXPORT_ROWS_A_DAY), "left": intcomma(left)}


class OneAfterAnother(QuestionView):
    """A question before an export: `left` is how many rows the user may still export."""

    left: int | None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count and record the exports of one person one after another."""
        with transaction.atomic():
            locks.wait(f"exports of {self.request.user.pk}")
            self.left = left(self.request.user)
            return super().post(request, *args, **kwargs)
