"""Publishing a petition, alone or with its page, and what must be there before."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Page, WorkflowState

from campaigns.petitions import translating
from campaigns.petitions.petition import Petition


def publish_with(page: Page, petitions: Iterable[Petition], *, by: User) -> None:
    """Publish the newest version of a page and of the petitions it carries: all or none.

    Raises ValidationError when a petition is not complete.
    """
    with transaction.atomic():
        for petition in petitions:
            publish(petition, by=by)
        publish_page(page, by=by)


def publish(petition: Petition, *, by: User) -> None:
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


def submit(petition: Petition, *, by: User) -> None:
    """Ask the moderators for the newest version: again, where they wanted something changed."""
    state = petition.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)
    else:
        petition.get_workflow().start(petition, by)


def publish_page(page: Page, *, by: User) -> None:
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
