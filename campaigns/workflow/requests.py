"""Requests of editors for what only those may do who publish: pause a petition, declare victory …

A request holds what the editor has filled in. Granting it does the action, in the name of the
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

from campaigns.petitions.actions import ACTIONS, Action
from campaigns.petitions.actions.forms import Text
from campaigns.petitions.petition import Petition

BY_VERB = {action.verb: action for action in ACTIONS}


class ActionRequest(models.Model):
    """An editor's request for an action on a petition in all its languages."""

    petition = models.ForeignKey(
        Petition, on_delete=models.CASCADE, related_name="requests", verbose_name=_("petition")
    )
    verb = models.CharField(_("action"), max_length=30)
    # What was sent for the fields of the action's form, checked again when it is granted.
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
        return f"{self.label}: {self.petition}"

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
    """Ask for an action. What has been asked for already is not asked for twice."""
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
    """Do what was asked for, with the checked values; False if it has been decided already.

    Raises NotNow (`campaigns.petitions.immediate_actions`) as the action itself does.
    """
    with transaction.atomic():
        if not decide(request, by=by, granted=True):
            return False
        request.action.act(request.petition, by=by, **values)
    return True


def decline(request: ActionRequest, *, by: User) -> bool:
    """Decline a request; False if it has been decided already."""
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
    """The requests with their petitions and people, the open ones first."""
    rows = ActionRequest.objects.select_related("petition", "asked_by", "decided_by")
    return rows.order_by(F("decided_at").desc(nulls_first=True), "-asked_at")
