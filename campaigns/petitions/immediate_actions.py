"""The actions on a petition that take effect at once, without a draft: pause, close, hold, move.

Each function acts on the petition in all its languages, in a transaction of its own, and adds an
entry to Wagtail's log. Repeating an action is not an error, and adds no second entry. `actions`
declares how the CMS offers them.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from wagtail.images.models import AbstractImage
from wagtail.log_actions import log
from wagtail.models import Collection, Revision

from campaigns.moderation import network_limits
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.tally import Tally, hold_lock
from operations import locks

# The states in which a petition can be closed; a scheduled petition is not open yet.
CLOSABLE = (State.OPEN, State.PAUSED)
# Callbacks for each petition that was moved to another collection, in the same transaction.
MOVED: list[Callable[[Petition], None]] = []


def has_opened(tally: Tally) -> bool:
    """Return whether the opening time is over: a paused petition may be one that opens later."""
    opens_at = tally.petition.opens_at
    return opens_at is None or opens_at <= timezone.now()


class NotNow(Exception):
    """The action is not possible in the current state of the petition."""


def pause(petition: Petition, *, by: User | None) -> None:
    """Stop accepting signatures until the petition is resumed."""
    mark(petition, "pause", by=by, paused_at=Now())


def resume(petition: Petition, *, by: User | None) -> None:
    mark(petition, "resume", by=by, paused_at=None)


def declare_victory(
    petition: Petition,
    *,
    by: User | None,
    words: str = "",
    day: date | None = None,
    picture: AbstractImage | None = None,
) -> None:
    """Stop accepting signatures, since the letter has reached its aim.

    `words`, `day` and `picture` are public. `won_at` is the moment at which staff declare the
    victory; the retention period of signers' data starts then.
    """
    shown = {"won_words": words, "won_on": day, "won_image": picture}
    mark(petition, "declare_victory", by=by, also=shown, won_at=Now())


def undo_victory(petition: Petition, *, by: User | None) -> None:
    shown = {"won_words": "", "won_on": None, "won_image": None}
    mark(petition, "undo_victory", by=by, also=shown, won_at=None)


def record_handover(
    petition: Petition,
    *,
    by: User | None,
    day: date | None = None,
    receiver: str = "",
    place: str = "",
    words: str = "",
    picture: AbstractImage | None = None,
) -> None:
    """Record that the signatures were handed over; people can still sign."""
    shown = {
        "handed_over_on": day,
        "handed_over_to": receiver,
        "handed_over_in": place,
        "handover_words": words,
        "handover_image": picture,
    }
    mark(petition, "record_handover", by=by, also=shown, handed_over_at=Now())


def undo_handover(petition: Petition, *, by: User | None) -> None:
    """Delete the record of the handing over, together with that of the reply."""
    texts = ("handed_over_to", "handed_over_in", "handover_words", "reply_words")
    empty = ("handed_over_on", "handover_image", "replied_at", "replied_on")
    shown = {**dict.fromkeys(texts, ""), **dict.fromkeys(empty)}
    mark(petition, "undo_handover", by=by, also=shown, handed_over_at=None)


def record_reply(
    petition: Petition, *, by: User | None, words: str, day: date | None = None
) -> None:
    """Record the reply of the people to whom the signatures were handed over."""
    shown = {"reply_words": words, "replied_on": day}
    mark(petition, "record_reply", by=by, also=shown, replied_at=Now())


def undo_reply(petition: Petition, *, by: User | None) -> None:
    shown = {"reply_words": "", "replied_on": None}
    mark(petition, "undo_reply", by=by, also=shown, replied_at=None)


def hold(petition: Petition, *, reason: str, by: User | None) -> None:
    """Keep the data of the petition's signers from being anonymised until the hold ends."""
    why = {"reason": reason}
    with transaction.atomic():
        locks.wait(hold_lock(petition.tally.pk))  # for deletions that have found no hold
        mark(petition, "hold", by=by, data=why, also={"held_reason": reason}, held_at=Now())


def end_hold(petition: Petition, *, by: User | None) -> None:
    """End the hold: the retention applies again, and the next sweep anonymises overdue data."""
    mark(petition, "end_hold", by=by, also={"held_reason": ""}, held_at=None)


def ask_for_proof(petition: Petition, *, by: User | None) -> None:
    """Make the form ask for a proof of work; signatures without one are quarantined at first."""
    mark(petition, "ask_for_proof", by=by, proof_at=Now())


def drop_proof(petition: Petition, *, by: User | None) -> None:
    mark(petition, "drop_proof", by=by, proof_at=None)


def start_forwarding(petition: Petition, *, hourly: int, together: int, by: User | None) -> None:
    """Start emailing signatures to targets: `hourly` emails an hour, `together` names in each."""
    also = {
        "forwards_hourly": hourly,
        "forwards_together": together,
        "forwarding_failed_at": None,
        "forwarding_stopped_for": "",
        "forwarding_told_at": None,
    }
    data = {"hourly": str(hourly)}
    mark(petition, "start_forwarding", by=by, data=data, also=also, forwarding_at=Now())


def pause_forwarding(petition: Petition, *, by: User | None) -> None:
    mark(petition, "pause_forwarding", by=by, forwarding_at=None)


def set_limits(
    petition: Petition, *, burst: int | None, sustained: int | None, by: User | None
) -> None:
    """Set how many signatures from one network the petition accepts before it quarantines the rest.

    `burst` is the limit for ten minutes and `sustained` that for a day; None means the limit of the
    settings.
    """
    limits = {"burst_limit": burst, "sustained_limit": sustained}
    with transaction.atomic():
        tallies = Tally.objects.filter(translation_key=petition.translation_key)
        if tallies.exclude(**limits).update(**limits):
            in_force = network_limits.limits(burst=burst, sustained=sustained)
            data = {name: in_force[name] for name in ("burst", "sustained")}
            log(petition.original, "petition.set_limits", user=by, data=data)
    clear_cached_tally(petition)


def mark(
    petition: Petition,
    verb: str,
    *,
    by: User | None,
    data: dict[str, str] | None = None,
    also: dict[str, Any] | None = None,
    **moment: object,
) -> None:
    """Set or empty one timestamp of the tally, and log it, unless it is set or empty already.

    `moment` is one column with its new value; `also` are other columns that change with it.
    """
    ((field, value),) = moment.items()
    with transaction.atomic():
        tallies = Tally.objects.filter(translation_key=petition.translation_key)
        # Because of this condition, a second click changes nothing and the first timestamp stays.
        changed = tallies.filter(**{f"{field}__isnull": value is not None}).update(
            **moment, **(also or {})
        )
        if changed:
            log(petition.original, f"petition.{verb}", user=by, data=data)
    clear_cached_tally(petition)


def close(petition: Petition, *, by: User | None) -> None:
    """Stop accepting signatures from now on. Raises NotNow for a petition that is not open yet.

    The closing time is part of every draft, like all settings. All revisions that would reopen the
    petition, whether drafts, scheduled or earlier ones, therefore get the same closing time. A new
    revision is saved as well, so that Wagtail warns anybody who is editing at this moment. Nobody
    edits what is scheduled: a newer revision would seem to be unpublished once it is public.
    """
    with transaction.atomic():
        subject = Petition.objects.select_for_update().get(pk=petition.original.pk)
        if subject.state in (State.CLOSED, State.WON):
            return
        if subject.state not in CLOSABLE or not has_opened(subject.tally):
            raise NotNow
        Petition.objects.filter(pk=subject.pk).update(closes_at=Now())
        subject = Petition.objects.get(pk=subject.pk)
        close_versions(subject)
        if not subject.approved_schedule:
            drafted = subject.has_unpublished_changes
            newest = subject.get_latest_revision_as_object()
            newest.save_revision(user=by, changed=drafted, clean=False)
        log(subject, "petition.close", user=by)
    petition.closes_at = subject.closes_at
    clear_cached_tally(petition)


def close_versions(petition: Petition) -> None:
    """Make sure that no revision of the petition closes later than its published row."""
    closes_at = petition.serializable_data()["closes_at"]
    later = Q(content__closes_at=None) | Q(content__closes_at__gt=closes_at)
    revisions = Revision.objects.for_instance(petition).filter(later)
    for revision in revisions.select_for_update():
        revision.content["closes_at"] = closes_at
        # Revision.save() would make an old revision the petition's newest one.
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def keep_closed(version: Petition) -> None:
    """Keep the closing time of a petition that has closed in a version that would reopen it.

    For the forms that bring back an earlier version, which show this time; it can be changed there.
    """
    closed = Petition.objects.filter(pk=version.pk, live=True, closes_at__lte=timezone.now())
    for closed_at in closed.values_list("closes_at", flat=True):
        if closed_at and (version.closes_at is None or version.closes_at > closed_at):
            version.closes_at = closed_at


def move(petition: Petition, collection: Collection, *, by: User | None) -> None:
    """Move the petition, in all its languages, to another team's collection."""
    with transaction.atomic():
        languages = Petition.objects.filter(translation_key=petition.translation_key)
        before = petition.original.collection
        if languages.exclude(collection=collection).update(collection=collection):
            # The history has words of its own for Wagtail's first collection.
            both = {"from": before, "to": collection}
            names = {key: "" if each.is_root() else each.name for key, each in both.items()}
            log(petition.original, "petition.move", user=by, data=names)
            for tell in MOVED:
                tell(petition.original)
    petition.collection = collection
    clear_cached_tally(petition)


def clear_cached_tally(petition: Petition) -> None:
    """Make the petition load its tally again."""
    petition.__dict__.pop("tally", None)
