"""Publish a petition, alone or with its page, after checking that it is complete."""

from collections.abc import Iterable
from hashlib import sha256

from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision, TaskState, WorkflowState

from campaigns.petitions import translating, translation_guard
from campaigns.petitions.petition import Petition

# Shown beside the labels of fields that are still to be filled in.
ORIGINAL_FIRST = _("the original has to be published first")


def publish_with(page: Page, petitions: Iterable[Petition], *, by: User) -> None:
    """Publish the newest revisions of a page and of these petitions, in one transaction.

    Raises ValidationError if a petition or the page is not complete.
    """
    with transaction.atomic():
        for petition in petitions:
            publish(petition, by=by)
        publish_page(page, by=by)


def publish(petition: Petition, *, by: User) -> None:
    """Publish the newest revision of a petition. Raises ValidationError if it is not complete."""
    with transaction.atomic():
        translating.take_over(petition, by=by)
        petition.refresh_from_db()
        newest = petition.get_latest_revision_as_object()
        check(newest)
        revision = petition.get_latest_revision() or newest.save_revision(user=by)
        approve_or_publish(petition, revision, by=by)


def stamp(subject: Page | Petition) -> str:
    """Return which state of a page or a petition `publish_with` would publish now.

    What the translators of a petition have typed is in no revision before it is published.
    """
    if isinstance(subject, Petition) and translating.translation_of(subject):
        typed = str(translating.newest(subject).serializable_data())
        state = sha256(typed.encode()).hexdigest()
    else:
        newest = subject.get_latest_revision()
        state = f"{newest.pk}:{newest.created_at.isoformat()}" if newest else ""
    return f"{subject._meta.model_name}:{subject.pk}:{state}"


def stamps(subjects: Iterable[Page | Petition]) -> str:
    """Return the value of a hidden field that says what a question showed."""
    return " ".join(map(stamp, subjects))


def changed(subjects: Iterable[Page | Petition], *, seen: str) -> list[Page | Petition]:
    """Return those whose present state is not among the `stamps` that the user has seen."""
    return [subject for subject in subjects if stamp(subject) not in seen.split()]


def check(version: Petition) -> None:
    """Raise ValidationError if a petition is not complete, or a change has no reason.

    A translation waits for its original, without which the public gets no form. KeptTooLong is
    raised before any other error, since its message says what to do instead.
    """
    version.require_promise()
    version.full_clean()
    translation_guard.require_translation(version)
    if version.is_translation and not version.original.live:
        raise ValidationError({NON_FIELD_ERRORS: [ORIGINAL_FIRST]})
    version.require_reason()


def submit(subject: Petition | Page, *, by: User) -> None:
    """Submit the newest revision to the moderators, or resubmit it after they requested changes."""
    state = subject.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)
    else:
        subject.get_workflow().start(subject, by)


def publish_page(page: Page, *, by: User) -> None:
    revision = page.get_latest_revision() or page.save_revision(user=by)
    approve_or_publish(page, revision, by=by)


def approve_or_publish(subject: Petition | Page, revision: Revision, *, by: User) -> None:
    """Publish the newest revision; where the user may approve what waits, this is the approval.

    Wagtail would cancel the review, and tell nobody that it has ended.
    """
    if state := task_to_approve(subject, by):
        state.revision = revision
        state.save(update_fields=["revision"])
        state.task.specific.on_action(state, by, "approve")
        if state.workflow_state.status == WorkflowState.STATUS_APPROVED:
            return
    revision.publish(user=by, skip_permission_checks=True)


def task_to_approve(subject: Petition | Page, user: User) -> TaskState | None:
    """Return the last task for which the page or petition waits, if the user may approve it.

    Where others approve after this user, publishing ends their review.
    """
    state: TaskState | None = subject.current_workflow_task_state
    if state is None or state.task != state.workflow_state.workflow.tasks.last():
        return None
    actions = state.task.specific.get_actions(subject, user)
    return state if "approve" in [name for name, _label, _modal in actions] else None


def missing(petition: Petition) -> list[str]:
    """Return the labels of the fields to be filled in or translated before publishing."""
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
