"""Requests of editors for actions that need the right to publish, such as pausing a petition.

A request contains what the editor filled in. Granting it performs the action, in the name of the
moderator who grants it.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from campaigns.paragraphs import Text, labelled
from campaigns.petitions.actions import ACTIONS, Action
from campaigns.petitions.petition import Petition

BY_VERB = {action.verb: action for action in ACTIONS}


class ActionRequest(models.Model):
    """An editor's request for an action on a petition in all its languages."""

    petition = models.ForeignKey(
        Petition, on_delete=models.CASCADE, related_name="requests", verbose_name=_("petition")
    )
    verb = models.CharField(_("action"), max_length=30)
    # The submitted values of the action's form, validated again when the request is granted.
    values = models.JSONField(default=dict, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("requested at"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    granted = models.BooleanField(_("granted"), null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("request for an action")
        verbose_name_plural = _("requests for actions")
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "verb"],
                condition=Q(granted=None),
                name="one_open_request_an_action",
            ),
            models.CheckConstraint(
                condition=Q(granted=None, decided_at=None)
                | Q(granted__isnull=False, decided_at__isnull=False),
                name="decided_request_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return labelled(self.label, self.petition)

    @property
    def action(self) -> Action:
        return BY_VERB[self.verb]

    @property
    def label(self) -> Text:
        return self.action.label

    @property
    def is_open(self) -> bool:
        return self.granted is None


def ask(
    petition: Petition, action: Action, *, values: dict[str, Any], comment: str, by: User
) -> ActionRequest:
    """Request an action. If an open request for it exists, return that request."""
    with transaction.atomic():
        request, is_new = ActionRequest.objects.get_or_create(
            petition=petition.original,
            verb=action.verb,
            granted=None,
            defaults={"values": values, "comment": comment, "asked_by": by},
        )
        if is_new:
            data = {"verb": action.verb, "comment": comment}
            log(petition.original, "petition.ask", user=by, data=data)
    return request


def grant(request: ActionRequest, *, by: User, **values: Any) -> bool:
    """Perform the action with the validated values; return False if the request is decided already.

    Raises NotNow (`campaigns.petitions.immediate_actions`) as the action itself does.
    """
    with transaction.atomic():
        if not decide(request, by=by, granted=True):
            return False
        request.action.act(request.petition, by=by, **values)
    return True


def settle(petition: Petition, action: Action, *, by: User) -> None:
    """Grant an open request for an action that `by` has just done without it.

    Where there is still something to do, such as moving to another collection, it stays open.
    """
    for request in ActionRequest.objects.filter(
        petition=petition.original, verb=action.verb, granted=None
    ):
        if not action.is_possible(request.petition):
            decide(request, by=by, granted=True)


def decline(request: ActionRequest, *, by: User) -> bool:
    """Decline a request; return False if it is decided already."""
    with transaction.atomic():
        if not decide(request, by=by, granted=False):
            return False
        log(request.petition, "petition.decline", user=by, data={"verb": request.verb})
    return True


def decide(request: ActionRequest, *, by: User, granted: bool) -> bool:
    still_open = ActionRequest.objects.filter(pk=request.pk, granted=None)
    decision = {"granted": granted, "decided_by": by, "decided_at": timezone.now()}
    return bool(still_open.update(**decision))


def newest_first() -> "models.QuerySet[ActionRequest]":
    """Return the requests with their petitions and users, open ones first."""
    rows = ActionRequest.objects.select_related("petition", "asked_by", "decided_by")
    return rows.order_by(F("decided_at").desc(nulls_first=True), "-asked_at")
