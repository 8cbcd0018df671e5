"""What staff do with a mailing: submit, approve, return to draft, pause, resume and stop it.

Each action is one conditional update: if two people press a button at the same time, it is done
once.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from wagtail.log_actions import log

from campaigns.mailings import composing, due_mailings, mailing, notices
from campaigns.mailings.mailing import (
    MOST_REFUSED,
    REFUSED,
    UNANSWERED,
    Mailing,
    NoticeKind,
    Recipient,
    State,
)
from campaigns.petitions import immediate_actions
from campaigns.petitions.petition import Petition

NOT_SUBMITTED: dict[str, Any] = {
    "text": "",
    "html": "",
    "submitted_at": None,
    "approved_at": None,
    "approved_by": None,
}


class IsWriter(Exception):
    """The writers of a mailing cannot approve it."""


def submit(draft: Mailing, *, seen: str, by: User | None = None) -> bool:
    """Freeze a draft, and notify its approvers; return False if it is not what `by` has seen.

    `seen` is the stamp of what `by` has read.
    """
    with transaction.atomic():
        row = Mailing.objects.select_for_update().filter(pk=draft.pk, state=State.DRAFT).first()
        if row is None or row.stamp != seen:
            return False
        parts = composing.freeze(row)
        row.state, row.submitted_at = State.WAITING, timezone.now()
        row.text, row.html = parts.text, parts.html
        row.save(update_fields=["state", "submitted_at", "text", "html"])
        notices.owe(row, NoticeKind.SUBMITTED, by=by)
    return True


def approve(waiting: Mailing, *, seen: datetime, by: User) -> bool:
    """Let a mailing be sent; return False if it is not what `by` has seen.

    `seen` is the time at which that was submitted. Raise IsWriter if `by` has written the mailing.
    """
    if waiting.writers.filter(pk=by.pk).exists():
        raise IsWriter
    same = Mailing.objects.filter(pk=waiting.pk, state=State.WAITING, submitted_at=seen)
    with transaction.atomic():
        if not same.update(state=State.APPROVED, approved_at=timezone.now(), approved_by=by):
            return False
        notices.owe(waiting, NoticeKind.APPROVED, by=by)
    return True


def take_back(submitted: Mailing, *, by: User | None = None) -> bool:
    """Return a mailing to draft unless sending has begun; any approval is lost."""
    rows = Mailing.objects.filter(pk=submitted.pk, state__in=(State.WAITING, State.APPROVED))
    with transaction.atomic():
        if not rows.update(state=State.DRAFT, **NOT_SUBMITTED):
            return False
        notices.owe(submitted, NoticeKind.BACK, by=by)
    return True


def ask_again(moved: Petition) -> None:
    """Have the mailings to the signers of a petition approved by those who may write to them now.

    One of which an email may have left already goes on.
    """
    for each in Mailing.objects.filter(tallies=moved.tally):
        rows = Mailing.objects.filter(pk=each.pk, state__in=(State.WAITING, State.APPROVED))
        if rows.update(state=State.WAITING, approved_at=None, approved_by=None):
            notices.owe(each, NoticeKind.SUBMITTED)


immediate_actions.MOVED.append(ask_again)


def pause(running: Mailing) -> bool:
    return bool(
        Mailing.objects.filter(pk=running.pk, state=State.SENDING).update(state=State.PAUSED)
    )


@transaction.atomic
def pause_for(key: int, refused: list[int], *, is_unanswered: bool) -> None:
    """Pause a mailing whose emails the server refuses, or does not answer, and notify staff.

    Those who are refused have not lost it. However often it is resumed, this counts as one attempt
    for twenty of them, and as none for the others. They are marked, for `Mailing.why_paused`.
    """
    left = Recipient.objects.filter(mailing=key, started_at=None)
    free = due_mailings.free(refused).filter(started_at=None)
    free.update(due_at=Now(), attempts=0)
    running = Mailing.objects.get(pk=key)
    if left.exists() and pause(running):
        # In the order of starting. Otherwise, one who is left out could come before the last who is
        # marked, and the next pause would count twenty-one.
        found = (left if is_unanswered else free).order_by("pk")
        marked = list(found.values_list("pk", flat=True)[:MOST_REFUSED])
        attempts = UNANSWERED if is_unanswered else REFUSED
        due_mailings.free(marked).update(attempts=attempts)
        notices.owe(running, NoticeKind.PAUSED)
        for tally in running.tallies.select_related("petition"):
            log(tally.petition, f"petition.mailing_{'unanswered' if is_unanswered else 'refused'}")


@transaction.atomic
def resume(paused: Mailing) -> bool:
    rows = Mailing.objects.filter(pk=paused.pk, state=State.PAUSED)
    if not rows.update(state=State.SENDING):
        return False
    left = Recipient.objects.filter(mailing=paused.pk, started_at=None)
    left.filter(attempts=UNANSWERED).update(attempts=0)
    if left.filter(attempts=REFUSED).exists():
        # Over several connections, pauses may have counted as an attempt for more than twenty.
        left.filter(attempts=1).update(attempts=0)
        left.filter(attempts=REFUSED).update(attempts=1)
    return True


def stop(paused: Mailing) -> bool:
    """Stop a paused mailing for good; the remaining recipients do not get it."""
    with transaction.atomic():
        rows = Mailing.objects.filter(pk=paused.pk, state=State.PAUSED)
        if not rows.update(state=State.STOPPED, ended_at=timezone.now()):
            return False
        # If an email is being handed over at this moment, its worker counts it or, if it was not
        # sent, `due_mailings.end` does so later.
        mailing.give_up(paused.pk)
    return True
