"""The actions on a petition that take effect at once, each declared with all that the CMS needs.

Buttons, URLs, permissions, questions, messages and the history read this list. The functions that
do the work are in `controlling`.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.images import get_image_model
from wagtail.images.widgets import AdminImageChooser
from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permissions import policy_registry

from campaigns.petitions import controlling
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.tally import Tally

Text = str | Promise


class ActionForm(forms.Form):
    """The form of an action; without fields, unless a subclass adds some."""

    # The reason why the action is not possible for this user, if there is one.
    obstacle: Text = ""

    def __init__(self, *args: Any, petition: Petition, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(petition, user)

    def prepare(self, petition: Petition, user: User) -> None:
        """Adapt the fields to the petition and to the user; subclasses override this."""

    def is_repeated(self) -> bool:
        """Whether what was sent is so already; a second click must not end in an error."""
        return False


class HoldForm(ActionForm):
    reason = forms.CharField(
        label=_("Why must the data be held?"),
        help_text=_("For example: a court case, or a handover under way. The history shows it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VictoryForm(ActionForm):
    """Asks for what the public reads of the victory, before it is public."""

    words = forms.CharField(
        label=_("What has been won?"),
        help_text=_(
            "Two or three sentences in the language of the original, shown in place of the form. "
            "The petition in another language shows its own text “Won”."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    day = forms.DateField(
        label=_("On which day?"),
        help_text=_("The day of the decision or the event, which the timeline shows."),
        widget=AdminDateInput,
    )
    picture: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None,
        label=_("Picture"),
        help_text=_("Shown above the words. It needs a description and a credit."),
        required=False,
    )

    def prepare(self, petition: Petition, user: User) -> None:
        picture = self.fields["picture"]
        assert isinstance(picture, forms.ModelChoiceField)
        images = policy_registry.get_by_type(get_image_model())
        picture.queryset = images.instances_user_has_permission_for(user, "choose")
        picture.widget = AdminImageChooser()
        if not images.user_has_permission(user, "choose"):  # They could not open the chooser.
            del self.fields["picture"]
        self.fields["words"].initial = petition.original.texts.won_notice
        self.fields["day"].initial = timezone.localdate
        self.first_published_at = petition.original.first_published_at

    def clean_day(self) -> date:
        """The victory is not in the future, and not before the petition."""
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is in the future."))
        begun = self.first_published_at
        if begun and day < timezone.localdate(begun):
            raise forms.ValidationError(_("The petition was not public yet on this day."))
        return day


class MoveForm(ActionForm):
    """Asks for the new collection, in which the user must be allowed to control petitions.

    Who may only ask chooses among the collections in which they may edit.
    """

    collection: "forms.ModelChoiceField[Collection]" = forms.ModelChoiceField(
        queryset=None, label=_("New collection"), empty_label=_("Choose …")
    )

    def prepare(self, petition: Petition, user: User) -> None:
        policy = policy_registry.get(petition)
        assert isinstance(policy, CollectionPermissionPolicy)
        controls = policy.user_has_permission_for_instance(user, "control", petition)
        right = "control" if controls else "change"
        own = policy.collections_user_has_permission_for(user, right)
        self.here = petition.original.collection_id
        others = own.exclude(pk=self.here)
        field = self.fields["collection"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others
        if not others.exists():
            self.obstacle = _("There is no other collection in which you may control petitions.")

    def is_repeated(self) -> bool:
        return self.data.get("collection") == str(self.here)


@dataclass(frozen=True)
class Action:
    """One action: all that the CMS needs to offer it, ask about it, do it and record it."""

    act: Callable[..., None]  # act(petition, *, by, **the form's fields)
    states: Container[State]  # the states in which it has something to do
    label: Text  # what it is called, wherever it is offered
    question: Text
    done: Text  # The message afterwards; %s is the title of the petition.
    entry: Text  # The text in the history; may contain logged values, as in %(reason)s.
    button: Text = ""  # The text of the button below the question; by default the label.
    permission: str = "control"  # The permission on the petition that the action needs.
    precondition: Callable[[Tally], bool] = lambda tally: True
    form_class: type[ActionForm] = ActionForm
    is_serious: bool = False  # The button is red, since the action ends something.

    @property
    def verb(self) -> str:
        """The name of the function, which names the action in URLs and in Wagtail's log."""
        return self.act.__name__

    def is_possible(self, petition: Petition) -> bool:
        return petition.state in self.states and self.precondition(petition.tally)


# A draft, which nobody can see yet, can only be moved or freed from a hold.
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
        question=_("Resume this petition? People can then sign it again."),
        done=_("“%s” can be signed again."),
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
            "Declare victory? Nobody can sign any more, and the petition’s page says that it is "
            "won."
        ),
        done=_("“%s” is won."),
        entry=_("Victory declared"),
        form_class=VictoryForm,
        is_serious=True,
    ),
    Action(
        controlling.undo_victory,
        states=(State.WON,),
        label=_("Undo the victory"),
        question=_(
            "Undo the declaration of victory? Whether people can sign then depends on the "
            "opening and closing times again."
        ),
        done=_("“%s” is no longer won."),
        entry=_("Declaration of victory undone"),
    ),
    Action(
        controlling.record_handover,
        states=(State.OPEN, State.PAUSED, State.CLOSED, State.WON),
        precondition=lambda tally: tally.handed_over_at is None,
        label=_("Record the handover"),
        question=_(
            "Record that the signatures were handed over today? The petition’s page lists the "
            "handover among what has happened. If the petition is open, it stays open."
        ),
        done=_("The handover of the signatures of “%s” is recorded."),
        entry=_("Handover recorded"),
    ),
    Action(
        controlling.undo_handover,
        states=PUBLISHED,
        precondition=lambda tally: tally.handed_over_at is not None,
        label=_("Undo the handover"),
        question=_(
            "Undo the record of the handover? The petition’s page no longer says that the "
            "signatures were handed over."
        ),
        done=_("The record of the handover of the signatures of “%s” is undone."),
        entry=_("Record of the handover undone"),
    ),
    Action(
        controlling.hold,
        states=PUBLISHED,
        precondition=lambda tally: tally.held_at is None,
        permission="hold_signatures",
        label=_("Hold signers’ data"),
        question=_(
            "Hold the data of this petition’s signers beyond the retention period? Names and "
            "emails are not anonymised until you end the hold, and signers read on their own page "
            "that no day is set. Unconfirmed signatures are still deleted after a week."
        ),
        done=_("The data of the signers of “%s” is held until you end the hold."),
        entry=_("Signers’ data held: %(reason)s"),
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
        done=_("The hold on the signers’ data of “%s” has ended."),
        entry=_("Hold ended"),
        is_serious=True,
    ),
    Action(
        controlling.move,
        states=tuple(State),
        label=_("Move to another collection"),
        button=_("Move the petition"),
        question=_(
            "Move this petition, in all its languages, to another collection? Whoever may see the "
            "signatures of that collection will then see these. Whoever may see only those of the "
            "present collection no longer will."
        ),
        done=_("“%s” was moved."),
        entry=_("Moved from “%(from)s” to “%(to)s”"),
        form_class=MoveForm,
    ),
)
