"""Requests for an action on a petition and their answers: two questions, and a dashboard panel."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import BoundField, Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.utils import get_user_display_name
from wagtail.images import get_image_model
from wagtail.models import Collection

from campaigns.cms.permissions import StaffRequest, collections_for, may
from campaigns.cms.petitions.actions import PetitionActionView, tell_of_mailings
from campaigns.cms.petitions.views import home_url
from campaigns.cms.screens import Button, PressedButton, QuestionView
from campaigns.paragraphs import LinesField, Text
from campaigns.petitions.actions import ACTIONS
from campaigns.petitions.actions.forms import NO_COLLECTION
from campaigns.petitions.immediate_actions import NotNow
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.workflow import requests
from campaigns.workflow.requests import ActionRequest

ASKABLE = [action for action in ACTIONS if action.is_askable]
# How long an editor finds the answer on the dashboard.
ANSWERED_FOR = timedelta(days=14)


class AskView(PetitionActionView):
    """Ask for an action, with the data it needs, instead of carrying it out."""

    @property
    def permission_required(self) -> str:
        return "change"

    def find(self, *, pk: int) -> None:
        super().find(pk=pk)
        self.page_title = _("Ask for: %s") % self.action.label
        self.question = _(
            "Ask the moderators to do this? They find your request on their dashboard, and you "
            "find their answer on yours. When a moderator grants your request, the action takes "
            "effect at once, with what you fill in here. Only staff read your comment."
        )

    def nothing_to_do(self) -> Text:
        if nothing := super().nothing_to_do():
            return nothing
        open_ones = self.petition.original.requests.filter(granted=None)
        if open_ones.filter(verb=self.action.verb).exists():
            return _("This has been asked for already, and waits for the answer of a moderator.")
        return ""

    def get_form_class(self) -> type[Form]:
        """Return the action's own form class with a comment for the moderators."""
        comment = LinesField(
            label=_("Comment for the moderators"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        return type("AskForm", (self.action.form_class,), {"comment": comment})

    def buttons(self) -> list[Button]:
        return [Button(_("Ask for it"))]

    def act(self, form: Form) -> HttpResponse:
        # Without a picture, if the editor may choose none.
        names = self.action.form_class.base_fields.keys() & form.fields.keys()
        values = {name: as_sent(form, name) for name in names}
        comment, user = form.cleaned_data["comment"], self.request.user
        requests.ask(self.petition, self.action, values=values, comment=comment, by=user)
        text = _("You have asked for “%s”. You will find the answer on your dashboard.")
        return self.leave(messages.success, text % self.action.label)


def as_sent(form: Form, name: str) -> str:
    """Return the input; a date in ISO 8601, which is valid in the form in every language."""
    value = form.cleaned_data.get(name)
    return value.isoformat() if isinstance(value, date) else form.data.get(name, "")


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        choices=[("grant", _("Grant")), ("decline", _("Decline"))], widget=PressedButton
    )


class AnswerView(QuestionView):
    """Grant or decline a request; the panel on the dashboard has the same two buttons."""

    model = Petition
    any_permission_required = None
    form_class = AnswerForm
    header_icon = "form"
    template_name = "campaigns/cms/answer.html"
    page_title = _("Request for an action")
    decline = _("Decide later")

    def find(self, *, pk: int, request_pk: int) -> None:
        found = requests.newest_first().filter(petition_id=pk)
        self.asked: ActionRequest = get_object_or_404(found, pk=request_pk)
        if not may(self.request.user, "control", self.asked.petition):
            raise PermissionDenied
        self.back_url = home_url(self.asked.petition, self.request.user)
        self.heading = self.back_label = self.page_subtitle = self.asked.petition.title
        self.question = self.asked.action.question_about(self.asked.petition.tally)

    def nothing_to_do(self) -> Text:
        if self.asked.granted is None:
            return ""
        text = (
            _("This request has been granted by %s. Nothing is done twice.")
            if self.asked.granted
            else _("This request has been declined by %s.")
        )
        return text % get_user_display_name(self.asked.decided_by)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tell_of_mailings(self.request, self.asked.action, self.asked.petition)
        return super().get(request, *args, **kwargs)

    def buttons(self) -> list[Button]:
        decline = Button(_("Decline"), "answer", "decline", "button-secondary")
        style = "serious" if self.asked.action.is_serious else ""
        return [Button(_("Grant: %s") % self.asked.label, "answer", "grant", style), decline]

    def act(self, form: Form) -> HttpResponse:
        if form.cleaned_data["answer"] == "decline":
            requests.decline(self.asked, by=self.request.user)
            return self.leave(messages.success, _("The request has been declined."))
        filled = filled_in(self.asked, self.request.user)
        if not self.asked.action.is_possible(self.asked.petition):
            return self.refuse()
        if not filled.is_valid():
            return self.refuse(*map(str, chain.from_iterable(filled.errors.values())))
        try:
            requests.grant(self.asked, by=self.request.user, **filled.cleaned_data)
        except NotNow:
            return self.refuse()
        petition = Petition.objects.get(pk=self.asked.petition_id)
        text = self.asked.action.done % petition.title
        # Whoever grants on the dashboard has not read the question.
        tell_of_mailings(self.request, self.asked.action, petition)
        return self.leave(messages.success, text, to=home_url(petition, self.request.user))

    def refuse(self, *reasons: str) -> HttpResponse:
        text = _("“%s” is not possible at the moment as it was asked for. Nothing was changed.")
        return self.leave(messages.warning, " ".join([text % self.asked.label, *reasons]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context for our template: the request, and its values."""
        shown = {"asked": self.asked, "rows": answers(self.asked, self.request.user)}
        return {**super().get_context_data(**kwargs), **shown}


def filled_in(asked: ActionRequest, user: User) -> Form:
    """Return the form of the action with the editor's values.

    It holds the picture that the editor has chosen, also if the user who answers may choose none.
    """
    form = asked.action.form_class(asked.values, petition=asked.petition, user=user)
    if asked.values.get("picture"):
        images, label = get_image_model().objects.all(), form.base_fields["picture"].label
        form.fields["picture"] = forms.ModelChoiceField(images, label=label, required=False)
    return form


def answers(asked: ActionRequest, user: User) -> list[tuple[Text, Any]]:
    """Return (label, value) of each field that the editor filled in."""
    form = filled_in(asked, user)
    form.is_valid()
    return [
        (field.label, shown(form.cleaned_data.get(field.name) or sent(field)))
        for field in form.visible_fields()
        if field.data
    ]


def sent(field: BoundField) -> Any:
    """Return the input; the chosen object, also if the user who reads this may not choose it."""
    choice = field.field
    if isinstance(choice, forms.ModelChoiceField) and choice.queryset is not None:
        return choice.queryset.model._default_manager.filter(pk=field.data).first() or field.data
    return field.data


def shown(value: Any) -> Any:
    if isinstance(value, Collection) and value.is_root():
        return NO_COLLECTION
    return date_format(value) if isinstance(value, date) else value


class RequestsPanel(Component):
    """Requests that the user may answer, and the answers to their own, on the dashboard."""

    name = "action_requests"
    order = 90
    template_name = "campaigns/cms/requests.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request: StaffRequest = parent_context["request"]
        theirs = Q(granted=None, petition__collection__in=collections_for(request.user, "control"))
        recent = Q(granted=None) | Q(decided_at__gt=timezone.now() - ANSWERED_FOR)
        rows = requests.newest_first()
        to_answer = list(rows.filter(theirs))
        fetch_tallies(asked.petition for asked in to_answer)
        return {
            "request": request,
            "csrf_token": parent_context.get("csrf_token"),
            "to_answer": [
                (asked, answers(asked, request.user), asked.action.warning(asked.petition.tally))
                for asked in to_answer
            ],
            "own": rows.filter(recent, asked_by=request.user),
        }


def show_requests(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    panels.append(RequestsPanel())
