"""The actions on a petition that take effect at once, each declared with all that the CMS needs.

Buttons, URLs, permissions, confirmation questions, messages and the history read this list. The
functions that perform the actions are in `immediate_actions`.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from campaigns.paragraphs import Text
from campaigns.petitions import immediate_actions
from campaigns.petitions.actions import warnings
from campaigns.petitions.actions.forms import (
    ActionForm,
    ForwardingForm,
    HandoverForm,
    HoldForm,
    MoveForm,
    ReplyForm,
    VictoryForm,
)
from campaigns.petitions.actions.limits import LimitsForm
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Forwards
from campaigns.petitions.state import State
from campaigns.petitions.tally import Tally


@dataclass(frozen=True)
class Action:
    """One action: all that the CMS needs to offer it, confirm it, perform it and record it."""

    act: Callable[..., None]  # act(petition, *, by, **the form's fields)
    states: Container[State]  # the states in which the action has an effect
    label: Text  # the name of the action, wherever it is offered
    question: Text
    done: Text  # The message afterwards; %s is the title of the petition.
    entry: Text  # The text in the history; may contain logged values, as in %(reason)s.
    button: Text = ""  # The text of the button below the question; by default the label.
    # The permissions on the petition; a user needs one of them.
    permissions: tuple[str, ...] = ("control",)
    precondition: Callable[[Tally], bool] = lambda tally: True
    warning: Callable[[Tally], str] = lambda tally: ""  # what the question says besides, if at all
    form_class: type[ActionForm] = ActionForm
    is_serious: bool = False  # Show the button in red, since the action ends something.

    @property
    def verb(self) -> str:
        """The name of the function, which names the action in URLs and in Wagtail's log."""
        return self.act.__name__

    @property
    def is_askable(self) -> bool:
        """Whether editors may ask for the action: it is one of users who control petitions."""
        return "control" in self.permissions

    def is_possible(self, petition: Petition) -> bool:
        return petition.state in self.states and self.precondition(petition.tally)

    def question_about(self, tally: Tally) -> str:
        """Return the question, with what it says besides about this petition."""
        return " ".join(filter(None, (str(self.question), self.warning(tally))))


# A draft, which the public cannot see yet, can only be moved or released from a hold.
PUBLISHED = tuple(state for state in State if state != State.DRAFT)
ACTIONS = (
    Action(
        immediate_actions.pause,
        states=(State.OPEN, State.SCHEDULED),
        label=_("Pause"),
        button=_("Pause the petition"),
        question=_(
            "Pause this petition? Nobody can sign until you resume it. Its page stays, and says "
            "that the petition is paused."
        ),
        done=_("“%s” has been paused."),
        entry=_("Paused"),
    ),
    Action(
        immediate_actions.resume,
        states=(State.PAUSED,),
        label=_("Resume"),
        button=_("Resume the petition"),
        question=_(
            "Resume this petition? People can then sign it again, or from its opening time on, if "
            "that is still to come."
        ),
        done=_("“%s” is no longer paused."),
        entry=_("Resumed"),
    ),
    Action(
        immediate_actions.close,
        states=immediate_actions.CLOSABLE,
        precondition=immediate_actions.has_opened,
        label=_("Close now"),
        button=_("Close the petition now"),
        question=_(
            "Close this petition now? Nobody can sign from this moment on. Its page stays, with "
            "the final count. No draft that was created before can reopen it. To reopen it, set a "
            "later closing time and publish."
        ),
        warning=warnings.still_paused,
        done=_("“%s” has been closed."),
        entry=_("Closed"),
        is_serious=True,
    ),
    Action(
        immediate_actions.declare_victory,
        states=(State.OPEN, State.PAUSED, State.CLOSED, State.SCHEDULED),
        label=_("Declare victory"),
        question=_(
            "Declare victory? Nobody can sign any more, and the petition’s page says that it is "
            "won."
        ),
        done=_("“%s” has been declared won."),
        entry=_("Victory declared"),
        form_class=VictoryForm,
        is_serious=True,
    ),
    Action(
        immediate_actions.undo_victory,
        states=(State.WON,),
        label=_("Undo the victory"),
        question=_(
            "Undo the declaration of victory? Whether people can sign then depends on the "
            "opening and closing times again. The words, the day and the picture of the victory "
            "are deleted."
        ),
        warning=warnings.about_undoing_a_victory,
        done=_("“%s” is no longer won."),
        entry=_("Declaration of victory undone"),
    ),
    Action(
        immediate_actions.record_handover,
        states=(State.OPEN, State.PAUSED, State.CLOSED, State.WON),
        precondition=lambda tally: tally.handed_over_at is None,
        label=_("Record the handover"),
        question=_(
            "What you write here is public at once: the petition’s page shows it in its timeline. "
            "If the petition is open, it stays open."
        ),
        done=_("The handover of the signatures of “%s” has been recorded."),
        entry=_("Handover recorded"),
        form_class=HandoverForm,
    ),
    Action(
        immediate_actions.undo_handover,
        states=PUBLISHED,
        precondition=lambda tally: tally.handed_over_at is not None,
        label=_("Undo the handover"),
        question=_(
            "Undo the record of the handover? The petition’s page no longer says that the "
            "signatures were handed over. What was recorded of it is deleted."
        ),
        warning=warnings.reply_is_deleted,
        done=_("The record of the handover of the signatures of “%s” has been undone."),
        entry=_("Record of the handover undone"),
    ),
    Action(
        immediate_actions.record_reply,
        states=PUBLISHED,
        precondition=lambda tally: tally.handed_over_at is not None and tally.replied_at is None,
        label=_("Record the reply"),
        question=_(
            "What did the people to whom the signatures were handed over reply? The petition’s "
            "page shows it at once, in its timeline."
        ),
        done=_("The reply to “%s” has been recorded."),
        entry=_("Reply recorded"),
        form_class=ReplyForm,
    ),
    Action(
        immediate_actions.undo_reply,
        states=PUBLISHED,
        precondition=lambda tally: tally.replied_at is not None,
        label=_("Undo the reply"),
        question=_("Undo the record of the reply? The petition’s page no longer shows it."),
        done=_("The record of the reply to “%s” has been undone."),
        entry=_("Record of the reply undone"),
    ),
    Action(
        immediate_actions.start_forwarding,
        states=PUBLISHED,
        precondition=lambda tally: (
            tally.forwarding_at is None and tally.petition.forwards != Forwards.OFF
        ),
        label=_("Start emails to the targets"),
        question=_(
            "Email the confirmed signatures to the targets? Only signatures that were made after "
            "the form began to announce these emails are included. Signatures that have already "
            "been emailed are not emailed again. First look at “Emails to the targets”, and send a "
            "sample to yourself."
        ),
        done=_("The signatures of “%s” are emailed to the targets."),
        entry=_("Emails to the targets started: %(hourly)s an hour"),
        form_class=ForwardingForm,
    ),
    Action(
        immediate_actions.pause_forwarding,
        states=PUBLISHED,
        precondition=lambda tally: tally.forwarding_at is not None,
        label=_("Pause emails to the targets"),
        question=_(
            "Pause the emails to the targets? Signatures made in the meantime are emailed once you "
            "start the emails again."
        ),
        done=_("The signatures of “%s” are no longer emailed to the targets."),
        entry=_("Emails to the targets paused"),
    ),
    Action(
        immediate_actions.set_limits,
        states=(State.DRAFT, State.SCHEDULED, State.OPEN, State.PAUSED),
        permissions=("moderate_signatures", "publish"),
        label=_("Set limits"),
        question=_(
            "How many signatures may come from one network? Further signatures are quarantined, "
            "and their emails are sent one by one. Raise the limits where many people sign in one "
            "place, such as a school; lower them during a flood of fake signatures. The new limits "
            "take effect within seconds, and do not change anything about existing signatures."
        ),
        done=_("The limits of “%s” have been set."),
        entry=_("Limits of a network: %(burst)s signatures in ten minutes, %(sustained)s in a day"),
        form_class=LimitsForm,
    ),
    Action(
        immediate_actions.ask_for_proof,
        states=(State.DRAFT, State.SCHEDULED, State.OPEN, State.PAUSED),
        precondition=lambda tally: tally.proof_at is None,
        permissions=("moderate_signatures", "publish"),
        label=_("Ask for a proof of work"),
        question=_(
            "Ask for a proof of work? While people fill in the form, their device does a small "
            "calculation in the background. That makes a flood of fake signatures expensive, and "
            "involves no other company. If somebody signs without a proof of work, because their "
            "browser runs no scripts, their signature is quarantined until it is confirmed by "
            "email. The form then loads about 35 KB more."
        ),
        done=_("“%s” asks for a proof of work."),
        entry=_("Proof of work asked for"),
    ),
    Action(
        immediate_actions.drop_proof,
        states=(State.DRAFT, State.SCHEDULED, State.OPEN, State.PAUSED),
        precondition=lambda tally: tally.proof_at is not None,
        permissions=("moderate_signatures", "publish"),
        label=_("Stop asking for a proof of work"),
        question=_(
            "Stop asking for a proof of work? Signatures that are quarantined stay quarantined."
        ),
        done=_("“%s” no longer asks for a proof of work."),
        entry=_("Proof of work no longer asked for"),
    ),
    Action(
        immediate_actions.hold,
        states=PUBLISHED,
        precondition=lambda tally: tally.held_at is None,
        permissions=("hold_signatures",),
        label=_("Hold signers’ data"),
        question=_(
            "Hold the data of this petition’s signers beyond the retention period? Names and email "
            "addresses are not anonymised until you end the hold, and signers read on their own "
            "page that no day is set. Unconfirmed signatures are still deleted after a week."
        ),
        done=_("The data of the signers of “%s” is held until you end the hold."),
        entry=_("Signers’ data held: %(reason)s"),
        form_class=HoldForm,
    ),
    Action(
        immediate_actions.end_hold,
        states=tuple(State),
        precondition=lambda tally: tally.held_at is not None,
        permissions=("hold_signatures",),
        label=_("End the hold"),
        question=_(
            "End the hold? The retention period counts as if there had been no hold: data that is "
            "overdue is then anonymised, and nothing brings it back."
        ),
        done=_("The hold on the signers’ data of “%s” has ended."),
        entry=_("Hold ended"),
        is_serious=True,
    ),
    Action(
        immediate_actions.move,
        states=tuple(State),
        label=_("Move to another collection"),
        button=_("Move the petition"),
        question=_(
            "Move this petition, in all its languages, to another collection? Everybody who may "
            "see the signatures of that collection will then see the signatures of this petition. "
            "People who may see only the signatures of its present collection will no longer see "
            "them. A mailing to its signers that has not begun to leave needs a new approval."
        ),
        done=_("“%s” has been moved."),
        entry=_("Moved from “%(from)s” to “%(to)s”"),
        form_class=MoveForm,
    ),
)
