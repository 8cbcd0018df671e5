"""What staff may do to a petition at once: the list from which the CMS is made.

Buttons, addresses, rights, questions, messages and the history all read it. What an action does
stands in `controlling`.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permissions import policy_registry

from campaigns.petitions import controlling
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.tally import Tally

Text = str | Promise


class ActionForm(forms.Form):
    """What an action asks for besides its question: nothing, unless its own form says so."""

    # Why the question cannot be answered, if it cannot.
    obstacle: Text = ""

    def __init__(self, *args: Any, petition: Petition, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(petition, user)

    def prepare(self, petition: Petition, user: User) -> None:
        """Fit the fields to the petition, and to the person who is asked."""


class HoldForm(ActionForm):
    reason = forms.CharField(
        label=_("Why must the data be held?"),
        help_text=_("For example: a court case, or a handover under way. The history shows it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MoveForm(ActionForm):
    """Where to: a collection in which this person may control petitions as well."""

    collection: "forms.ModelChoiceField[Collection]" = forms.ModelChoiceField(
        queryset=None, label=_("New collection"), empty_label=_("Choose …")
    )

    def prepare(self, petition: Petition, user: User) -> None:
        policy = policy_registry.get(petition)
        assert isinstance(policy, CollectionPermissionPolicy)
        own = policy.collections_user_has_permission_for(user, "control")
        others = own.exclude(pk=petition.original.collection_id)
        field = self.fields["collection"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others
        if not others.exists():
            self.obstacle = _("There is no other collection in which you may control petitions.")


@dataclass(frozen=True)
class Action:
    """One entry of the list: all that the CMS needs to offer it, ask, do it and show it later."""

    act: Callable[..., None]  # act(petition, *, by, **the form's fields)
    states: Container[State]  # the states in which it has something to do
    label: Text  # what it is called, wherever it is offered
    question: Text
    done: Text  # said when it is done; %s is the petition's title
    entry: Text  # shown in the history; may name what was logged, as in %(reason)s
    button: Text = ""  # what the button says under the question: the label, if nothing else
    permission: str = "control"  # the right over the petition that it needs
    precondition: Callable[[Tally], bool] = lambda tally: True
    form_class: type[ActionForm] = ActionForm
    is_serious: bool = False  # it ends something: its button is red

    @property
    def verb(self) -> str:
        """Its name in URLs, and in Wagtail's log (`petition.<verb>`): that of the function."""
        return self.act.__name__

    def is_possible(self, petition: Petition) -> bool:
        return petition.state in self.states and self.precondition(petition.tally)


# Only moving, and ending a hold, concern a petition that nobody can see yet.
PUBLISHED = tuple(state for state in State if state != State.DRAFT)
ACTIONS = (
    Action(
        controlling.pause,
        states=(State.OPEN, State.SCHEDULED),
        label=_("Pause"),
        button=_("Pause the petition"),
        question=_(
            "Pause this petition? Nobody can sign until you resume it. Its page stays, and says "
            "that the petition is paused."
        ),
        done=_("“%s” is paused."),
        entry=_("Paused"),
    ),
    Action(
        controlling.resume,
        states=(State.PAUSED,),
        label=_("Resume"),
        button=_("Resume the petition"),
        question=_("Resume this petition? It takes signatures again."),
        done=_("“%s” takes signatures again."),
        entry=_("Resumed"),
    ),
    Action(
        controlling.close,
        states=controlling.CLOSABLE,
        label=_("Close now"),
        button=_("Close the petition now"),
        question=_(
            "Close this petition now? Nobody can sign from this moment on. Its page stays, with "
            "the final count. No draft that was made before can reopen it. To reopen it, set a "
            "later closing time and publish."
        ),
        done=_("“%s” is closed."),
        entry=_("Closed"),
        is_serious=True,
    ),
    Action(
        controlling.declare_victory,
        states=(State.OPEN, State.PAUSED, State.CLOSED, State.SCHEDULED),
        label=_("Declare victory"),
        question=_(
            "Declare victory? Nobody can sign any more, and the petition's page says that it is "
            "won."
        ),
        done=_("“%s” is won."),
        entry=_("Victory declared"),
        is_serious=True,
    ),
    Action(
        controlling.retract_victory,
        states=(State.WON,),
        label=_("Retract the victory"),
        question=_(
            "Retract the victory? Whether people can sign then depends on the opening and closing "
            "times again."
        ),
        done=_("“%s” is no longer won."),
        entry=_("Victory retracted"),
    ),
    Action(
        controlling.record_handover,
        states=(State.OPEN, State.PAUSED, State.CLOSED, State.WON),
        precondition=lambda tally: tally.handed_over_at is None,
        label=_("Record the handover"),
        question=_(
            "Record that the signatures were handed over today? The petition's page lists the "
            "handover among what has happened. If the petition is open, it stays open."
        ),
        done=_("The handover of the signatures of “%s” is recorded."),
        entry=_("Handover recorded"),
    ),
    Action(
        controlling.retract_handover,
        states=PUBLISHED,
        precondition=lambda tally: tally.handed_over_at is not None,
        label=_("Retract the handover"),
        question=_(
            "Retract the handover? The petition's page no longer says that the signatures were "
            "handed over."
        ),
        done=_("The handover of the signatures of “%s” is retracted."),
        entry=_("Handover retracted"),
    ),
    Action(
        controlling.hold,
        states=PUBLISHED,
        precondition=lambda tally: tally.held_at is None,
        permission="hold_signatures",
        label=_("Hold signers' data"),
        question=_(
            "Hold the data of this petition's signers beyond the retention period? Names and "
            "emails are not anonymised until you end the hold, and signers read on their own page "
            "that no day is set. Unconfirmed signatures are still deleted after a week."
        ),
        done=_("The data of the signers of “%s” is held until you end the hold."),
        entry=_("Signers' data held: %(reason)s"),
        form_class=HoldForm,
    ),
    Action(
        controlling.end_hold,
        states=tuple(State),
        precondition=lambda tally: tally.held_at is not None,
        permission="hold_signatures",
        label=_("End the hold"),
        question=_(
            "End the hold? The retention period counts as if there had been no hold: data that is "
            "overdue is anonymised within the hour, and nothing brings it back."
        ),
        done=_("The hold on the signers' data of “%s” has ended."),
        entry=_("Hold ended"),
        is_serious=True,
    ),
    Action(
        controlling.move,
        states=tuple(State),
        label=_("Move to another collection"),
        button=_("Move the petition"),
        question=_(
            "Move this petition, in all its languages, to another collection? The people of that "
            "collection will see its signatures, and those of this one no longer will."
        ),
        done=_("“%s” was moved."),
        entry=_("Moved from “%(from)s” to “%(to)s”"),
        form_class=MoveForm,
    ),
)
