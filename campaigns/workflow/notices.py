"""Emails to staff about approvals, comments on pages and missed times: sent by the worker.

Wagtail would send them while the user who pressed the button waits for the response, even if an
error then rolls the action back. Here each email is first a row, written in the transaction of the
action. Wagtail's own code composes the email when the worker sends it. Other packages queue emails
of their own kinds here (`COMPOSERS`).
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import mail
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, Revision, TaskState, WorkflowState
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.signals import (
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)
from wagtail.users.models import UserProfile

from campaigns import scheduling
from campaigns.petitions.petition import Petition
from campaigns.workflow import notifying, staff_mails
from campaigns.workflow.staff_mails import Content

OF_WORKFLOWS = ["task", "submitted", "approved", "rejected"]
OF_OTHERS = ["alarms", "forwarding", "receiver", "week"]


class StaffNotice(models.Model):
    """A notice to staff that is due, such as about a workflow or the alarms of a petition.

    It contains no email address, and is deleted once sent.
    """

    class Kind(models.TextChoices):
        TASK = "task", _("to be approved")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("changes requested")
        COMMENTS = "comments", _("comments")
        MISSED = "missed", _("not published at its time")
        ALARMS = "alarms", _("alarms")
        FORWARDING = "forwarding", _("emails to targets were stopped")
        RECEIVER = "receiver", _("events are refused")
        WEEK = "week", _("weekly email")

    kind = models.CharField(max_length=10, choices=Kind)
    workflow_state = models.ForeignKey(
        WorkflowState, on_delete=models.CASCADE, null=True, related_name="+"
    )
    task_state = models.ForeignKey(TaskState, on_delete=models.CASCADE, null=True, related_name="+")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, null=True, related_name="+")
    # The revision that was due and could not go live.
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, null=True, related_name="+")
    # Of comments the context of Wagtail's template (`new_comments` …), since a deleted comment is
    # stored nowhere else; of the kinds of other packages what their sender needs.
    about = models.JSONField(null=True)
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    # The user who pressed the button, and needs no email about it.
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Of an attempt that is not over: what the mail server said about the email to each user.
    answers = models.JSONField(default=dict)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("notice to staff")
        verbose_name_plural = _("notices to staff")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="comments", page__isnull=False, about__isnull=False)
                | Q(kind="missed", revision__isnull=False)
                | Q(kind__in=OF_WORKFLOWS, workflow_state__isnull=False)
                | Q(kind__in=OF_OTHERS, about__isnull=False),
                name="notice_says_what_it_is_about",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


Kind = StaffNotice.Kind
# For each kind: Wagtail's notifier, its signal and sender, and the `dispatch_uid` of Wagtail's
# receiver.
NOTIFIERS: dict[Kind, tuple[mail.Notifier, Signal, type[models.Model], str]] = {
    Kind.TASK: (
        staff_mails.ToApprove(),
        task_submitted,
        TaskState,
        "group_approval_task_submitted_email_notification",
    ),
    Kind.SUBMITTED: (
        staff_mails.Submitted(),
        workflow_submitted,
        WorkflowState,
        "workflow_state_submitted_email_notification",
    ),
    Kind.REJECTED: (
        staff_mails.Rejected(),
        workflow_rejected,
        WorkflowState,
        "workflow_state_rejected_email_notification",
    ),
    Kind.APPROVED: (
        staff_mails.Approved(),
        workflow_approved,
        WorkflowState,
        "workflow_state_approved_email_notification",
    ),
}

MISSED = staff_mails.templates("campaigns/staff/missed")
COMMENTS = staff_mails.templates("wagtailadmin/notifications/updated_comments")
# The functions of other packages that compose the notices of their kind, by what these are
# `about`: {"alarms": [7, 9]}, for example. For one that is outdated they return None.
COMPOSERS: dict[str, Callable[[dict[str, Any]], Content | None]] = {}
Row = TypeVar("Row", bound=models.Model)


def write_down(kind: Kind, notifier: mail.Notifier) -> Callable[..., None]:
    """Return a receiver for one of Wagtail's signals that creates a notice."""

    def receive(
        instance: TaskState | WorkflowState, user: User | None = None, **kwargs: Any
    ) -> None:
        if not notifier.can_handle(instance):
            return
        task = instance if isinstance(instance, TaskState) else None
        state = instance.workflow_state if isinstance(instance, TaskState) else instance
        if kind == Kind.REJECTED:  # the editor may submit again before the worker sends
            task = state.current_task_state
        StaffNotice.objects.create(kind=kind, workflow_state=state, task_state=task, acted_by=user)

    return receive


# Wagtail connects its own receivers later with the same dispatch_uid, so Django keeps ours.
for kind, (notifier, signal, sender, name) in NOTIFIERS.items():
    signal.connect(write_down(kind, notifier), sender=sender, weak=False, dispatch_uid=name)


def create_comments_notice(readers: list[User], notification: str, context: dict[str, Any]) -> bool:
    """Create a notice about comments; with the signature of Wagtail's `send_notification`."""
    if readers:
        with transaction.atomic():
            notice = StaffNotice.objects.create(
                kind=Kind.COMMENTS,
                page_id=context["page"].pk,
                about={name: texts(context[name]) for name in context if "comments" in name},
                acted_by=context["editor"],
            )
            notice.readers.set(readers)
    return True


def create_missed_notice(revision: Revision) -> None:
    """Create a notice to the users who wrote and scheduled a revision that could not go live."""
    notice = StaffNotice.objects.create(kind=Kind.MISSED, revision=revision)
    notice.readers.set(scheduling.scheduled_by(revision))


scheduling.TAKEN_OFF.append(create_missed_notice)


def texts(said: Any) -> Any:
    """Return the texts of comments and replies, in the shape that Wagtail's template expects."""
    if isinstance(said, Iterable) and not isinstance(said, dict):
        return [texts(each) for each in said]
    if isinstance(said, dict):  # a comment with its replies
        return {name: texts(each) for name, each in said.items()}
    return {"text": said.text}


def queue(kind: Kind, untold: QuerySet[Row], mark: Callable[[Row], dict[str, Any]]) -> float | None:
    """Create a notice about the first of these rows; return 0, or None if there is no row.

    `mark` marks the row as told, in the same transaction, and returns what the notice is about.
    """
    with transaction.atomic():
        rows = untold.select_for_update(skip_locked=True, no_key=True, of=("self",))
        row = rows.first()
        if row is None:
            return None
        StaffNotice.objects.create(kind=kind, about=mark(row))
    return 0


def drop(workflow_state: WorkflowState) -> None:
    """Delete the notices about this workflow, since another notice says the same."""
    StaffNotice.objects.filter(workflow_state=workflow_state).delete()


def send_due() -> float | None:
    """Send one notice; return the seconds until the next, as `operations.rounds.Round` expects."""
    return notifying.send_due(StaffNotice.objects.all(), compose)


def is_wanted(notice: StaffNotice) -> bool:
    """Return whether a notice still applies: its task or workflow may no longer be waiting."""
    if notice.kind == Kind.TASK:
        assert notice.task_state  # each notice of this kind has one
        return bool(notice.task_state.status == TaskState.STATUS_IN_PROGRESS)
    if notice.kind == Kind.SUBMITTED:
        assert notice.workflow_state
        return bool(notice.workflow_state.status == WorkflowState.STATUS_IN_PROGRESS)
    return True


def compose(notice: StaffNotice) -> Content | None:
    """Return what a notice says, by Wagtail or another package; None if it no longer applies."""
    if notice.kind in OF_OTHERS:
        return COMPOSERS[notice.kind](notice.about or {})
    if not is_wanted(notice):
        return None
    if notice.kind == Kind.MISSED:
        return missed(notice)
    if notice.kind == Kind.COMMENTS:
        return commented(notice)
    notifier = NOTIFIERS[Kind(notice.kind)][0]
    about = notice.task_state if notice.kind == Kind.TASK else notice.workflow_state
    subject = about.specific if isinstance(about, TaskState) else about
    content = notifier(subject, user=notice.acted_by, asked=notice.task_state)
    if not isinstance(content, Content):
        return None
    if notice.kind in (Kind.APPROVED, Kind.REJECTED):
        return content._replace(recipients=editors(content.recipients, content.context["object"]))
    if isinstance(subject, TaskState):
        return content._replace(recipients=approvers(content.recipients, subject))
    return content


def approvers(users: Iterable[User], state: TaskState) -> list[User]:
    """Return those on whose dashboard the task is. Each team may have a group in the task."""
    theirs = state.task.specific.get_task_states_user_can_moderate
    return [user for user in users if theirs(user).filter(pk=state.pk).exists()]


def editors(users: Iterable[User], subject: models.Model) -> list[User]:
    """Return those who may still edit a page or snippet. Others may have had another role before.

    The policies are those of the CMS, which are not registered in the worker.
    """
    if isinstance(subject, Page):
        return [user for user in users if subject.permissions_for_user(user).can_edit()]
    by_collection = isinstance(subject, Petition)
    policy = (CollectionPermissionPolicy if by_collection else ModelPermissionPolicy)(type(subject))
    may = policy.user_has_any_permission_for_instance
    return [user for user in users if may(user, ["change", "publish"], subject)]


def commented(notice: StaffNotice) -> Content:
    """Return the notice about comments, to those readers who want it."""
    context = {"page": notice.page, "editor": notice.acted_by, **(notice.about or {})}
    reached = notice.readers.filter(is_active=True).exclude(email="")
    wanting = [u for u in reached if UserProfile.get_for_user(u).updated_comments_notifications]
    assert notice.page  # each notice of this kind has one
    return Content(COMMENTS, {"settings": settings, **context}, editors(wanting, notice.page))


def missed(notice: StaffNotice) -> Content | None:
    """Notify of a missed time, unless the draft was published or scheduled again meanwhile."""
    revision = notice.revision
    assert revision  # each notice of this kind has one
    subject: Any = revision.content_object
    is_published = subject.live and not subject.has_unpublished_changes
    if is_published or subject.approved_schedule:
        return None
    context = {
        "title": revision.object_str,
        "time": revision.as_object().go_live_at,
        "path": AdminURLFinder().get_edit_url(subject),
    }
    reached = User.objects.filter(is_active=True).exclude(email="").order_by("pk")
    readers = editors(reached.filter(pk__in=notice.readers.values("pk")), subject)
    # Those who wrote and scheduled it may have left, or have another role now.
    return Content(MISSED, context, readers or reached.filter(is_superuser=True))
