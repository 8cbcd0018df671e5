"""What staff do to a petition at once, outside its draft, and publishing it with its page.

Each verb acts on the petition in all its languages, in a transaction of its own, and leaves an
entry in Wagtail's log. Doing it again is not an error and leaves none.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.db.models.functions import Now
from wagtail.log_actions import log
from wagtail.models import Collection, Page, Revision, WorkflowState

from campaigns.petitions import translating
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.tally import Tally


class NotNow(Exception):
    """The petition is in no state for it: what is not open yet cannot be closed."""


def pause(petition: Petition, *, by: Model) -> None:
    """Take no signatures until it is resumed."""
    mark(petition, "pause", by=by, paused_at=Now())


def resume(petition: Petition, *, by: Model) -> None:
    mark(petition, "resume", by=by, paused_at=None)


def win(petition: Petition, *, by: Model) -> None:
    """The letter has done its work: nobody needs to sign any more."""
    mark(petition, "win", by=by, won_at=Now())


def unwin(petition: Petition, *, by: Model) -> None:
    mark(petition, "unwin", by=by, won_at=None)


def deliver(petition: Petition, *, by: Model) -> None:
    """The signatures are with those the letter is addressed to. It may go on all the same."""
    mark(petition, "deliver", by=by, handed_over_at=Now())


def undeliver(petition: Petition, *, by: Model) -> None:
    mark(petition, "undeliver", by=by, handed_over_at=None)


def hold(petition: Petition, *, reason: str, by: Model) -> None:
    """Do not empty its signers' data while there is a reason to keep it."""
    why = {"reason": reason}
    mark(petition, "hold", by=by, data=why, also={"held_reason": reason}, held_at=Now())


def unhold(petition: Petition, *, by: Model) -> None:
    """Let the clock of its signers' data go on: what is overdue is anonymised within the hour."""
    mark(petition, "unhold", by=by, also={"held_reason": ""}, held_at=None)


def mark(
    petition: Petition,
    verb: str,
    *,
    by: Model,
    data: dict[str, str] | None = None,
    also: dict[str, str] | None = None,
    **moment: object,
) -> None:
    """Set or empty one moment on the tally, unless it is so already."""
    ((field, value),) = moment.items()
    with transaction.atomic():
        tallies = Tally.objects.filter(translation_key=petition.translation_key)
        # Only from the other side: a second click keeps the first moment.
        changed = tallies.filter(**{f"{field}__isnull": value is not None}).update(
            **moment, **(also or {})
        )
        if changed:
            log(original(petition), f"petition.{verb}", user=by, data=data)
    clear_cached_tally(petition)


def close(petition: Petition, *, by: Model) -> None:
    """Take no more signatures from now on. Raises NotNow for one that is not open yet.

    The closing time is drafted like any other rule. So that no draft, scheduled or kept version
    undoes the closing, those that would are given the same closing time. The newest becomes a
    version of its own: whoever is editing at this moment is told that there is a newer one.
    """
    with transaction.atomic():
        subject = Petition.objects.select_for_update().get(pk=original(petition).pk)
        if subject.state in (State.CLOSED, State.WON):
            return
        if subject.state not in (State.OPEN, State.PAUSED):
            raise NotNow
        Petition.objects.filter(pk=subject.pk).update(closes_at=Now())
        subject = Petition.objects.get(pk=subject.pk)
        close_versions(subject)
        drafted = subject.has_unpublished_changes
        subject.get_latest_revision_as_object().save_revision(user=by, changed=drafted, clean=False)
        log(subject, "petition.close", user=by)
    petition.closes_at = subject.closes_at
    clear_cached_tally(petition)


def close_versions(petition: Petition) -> None:
    """Let no version of the petition close later than its published row does."""
    closes_at = petition.serializable_data()["closes_at"]
    later = Q(content__closes_at=None) | Q(content__closes_at__gt=closes_at)
    for revision in Revision.objects.for_instance(petition).filter(later).select_for_update():
        revision.content["closes_at"] = closes_at
        # Not save(): that would make an old version the newest.
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def move(petition: Petition, collection: Collection, *, by: Model) -> None:
    """Put the petition, in all its languages, into another team's collection."""
    with transaction.atomic():
        languages = Petition.objects.filter(translation_key=petition.translation_key)
        before = original(petition).collection
        if languages.exclude(collection=collection).update(collection=collection):
            names = {"from": before.name, "to": collection.name}
            log(original(petition), "petition.move", user=by, data=names)
    petition.collection = collection
    clear_cached_tally(petition)


def publish_with(page: Page, petitions: Iterable[Petition], *, by: Model) -> None:
    """Publish the newest version of a page and of the petitions it carries: all or none.

    Raises ValidationError when a petition is not complete.
    """
    with transaction.atomic():
        for petition in petitions:
            publish(petition, by=by)
        publish_page(page, by=by)


def publish(petition: Petition, *, by: Model) -> None:
    """Publish the newest version of a petition; ValidationError when it is not complete."""
    with transaction.atomic():
        translating.take_over(petition, by=by)
        petition.refresh_from_db()
        newest = petition.get_latest_revision_as_object()
        check(newest)
        revision = petition.get_latest_revision() or newest.save_revision(user=by)
        revision.publish(user=by, skip_permission_checks=True)


def check(version: Petition) -> None:
    """Raises ValidationError when it is not complete, or nobody said why its words change."""
    version.full_clean()
    version.require_translation()
    version.require_reason()


def submit(petition: Petition, *, by: Model) -> None:
    """Ask the moderators for the newest version: again, where they wanted something changed."""
    state = petition.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)
    else:
        petition.get_workflow().start(petition, by)


def publish_page(page: Page, *, by: Model) -> None:
    revision = page.get_latest_revision() or page.save_revision(user=by)
    revision.publish(user=by, skip_permission_checks=True)


def missing(petition: Petition) -> list[str]:
    """The names of what must be filled in or translated before the petition can be published."""
    newest = translating.newest(petition)
    fields = {field.name: field for field in Petition._meta.get_fields() if field.concrete}
    try:
        check(newest)
    except ValidationError as error:
        return [
            str(fields[name].verbose_name) if name in fields else " ".join(messages)
            for name, messages in error.message_dict.items()
        ]
    return []


def original(petition: Petition) -> Petition:
    """The petition that decides for all languages."""
    return petition.original


def clear_cached_tally(petition: Petition) -> None:
    """The next look reads the row again."""
    petition.__dict__.pop("tally", None)
