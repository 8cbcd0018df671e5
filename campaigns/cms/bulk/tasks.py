"""Acts on many signatures at once other than moderating them, and the texts about these acts."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.cms.bulk import recording
from campaigns.mail import resending
from campaigns.moderation.seen import Seen
from campaigns.paragraphs import Text
from campaigns.petitions import tally
from campaigns.privacy import deleting
from campaigns.signatures.signature import Signature

HELD = _(
    "Nothing was changed: in the meantime, the data of one of these petitions has been put on hold."
)


class Held(Exception):
    """The data of a petition was put on hold while the signatures were being changed."""


class Task:
    """Base of acts on many signatures; an instance is one run of the act."""

    # Names the URL and the kind of job; with "petition." before it, the log entry.
    key: ClassVar[str]
    right: ClassVar[str]  # a key of RIGHTS
    icon: ClassVar[str]
    title: ClassVar[Text]
    menu: ClassVar[Text]  # the menu item of the list
    question: ClassVar[Text]
    left_out: ClassVar[Text]  # which of the signatures shown are left out
    # Whether the act cannot be undone; the number of signatures must then be typed.
    is_final: ClassVar[bool] = True

    def __init__(self, *, by: User, seen: Seen) -> None:
        self.counts: Counter[int] = Counter()
        # Signatures that were decided after this snapshot are left out: they are not those shown.
        self.seen = seen

    @staticmethod
    def subject(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
        """Return those of the signatures to which the act applies."""
        raise NotImplementedError

    def change(self, keys: list[UUID]) -> dict[int, int]:
        """Carry out the act on one batch; return the number of signatures for each tally."""
        raise NotImplementedError

    def finish(self) -> dict[str, Any]:
        """Do what remains after the last batch; return further data for the log entries."""
        if tally.are_held(self.counts):
            raise Held
        return {}

    @staticmethod
    def label(count: int) -> str:
        """Return the button's label: what the act does to this number of signatures."""
        raise NotImplementedError

    @staticmethod
    def done(count: int) -> str:
        """Return the text for the history and the message, with the number of signatures."""
        raise NotImplementedError


class Resend(Task):
    key, right, icon = "resend", "moderate", "mail"
    title = _("Resend the confirmation email")
    menu = _("Resend the confirmation email to all signers shown")
    question = _(
        "Send the confirmation email once more to the email addresses with which these people "
        "signed? Five emails a second go out, alongside the emails to new signers. Emails that "
        "have not been sent yet can be cancelled."
    )
    left_out = _(
        "No emails go to people who have confirmed, who have had an email within the last day, who "
        "have had three emails about this petition, who have asked for no more emails, whose mail "
        "server has refused an email, or whose first email was due more than six days ago. No "
        "emails go to people whose signature is invalidated, or is quarantined because of what was "
        "typed. No emails go out about a petition that is a draft, has been won, or closed more "
        "than a day ago."
    )
    is_final = False

    def __init__(self, *, by: User, seen: Seen) -> None:
        super().__init__(by=by, seen=seen)
        self.resending = resending.begin(by=by)

    @staticmethod
    def subject(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
        return resending.resendable(signatures)

    def change(self, keys: list[UUID]) -> dict[int, int]:
        return resending.resend(self.resending, keys, already=self.counts.total())

    def finish(self) -> dict[str, Any]:
        self.resending.tallies.set(list(self.counts))
        return {"resending": self.resending.pk}

    @staticmethod
    def label(count: int) -> str:
        text = ngettext("Send the email to %s signer", "Send the email to %s signers", count)
        return text % intcomma(count)

    @staticmethod
    def done(count: int) -> str:
        text = ngettext(
            "Confirmation email queued again for %s signer",
            "Confirmation email queued again for %s signers",
            count,
        )
        return text % intcomma(count)


class Anonymise(Task):
    key, right, icon = "anonymise", "delete", "no-view"
    title = _("Anonymise signatures")
    menu = _("Anonymise all signatures shown")
    question = _(
        "Remove the names, the email addresses and all other personal data from these signatures "
        "before their retention period is over? Signatures that count now still count. Their "
        "signers get no more emails, and can no longer correct or withdraw anything. Nobody can "
        "tell afterwards who they were: whoever signs again, or is in a list that is imported "
        "again, counts twice. This cannot be undone."
    )
    left_out = _(
        "Unconfirmed signatures, and signatures of petitions whose data is held, are left out."
    )

    @staticmethod
    def subject(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
        return deleting.anonymisable(signatures)

    def change(self, keys: list[UUID]) -> dict[int, int]:
        return deleting.anonymise(keys, seen=self.seen)

    @staticmethod
    def label(count: int) -> str:
        text = ngettext("Anonymise %s signature", "Anonymise %s signatures", count)
        return text % intcomma(count)

    @staticmethod
    def done(count: int) -> str:
        text = ngettext("%s signature anonymised", "%s signatures anonymised", count)
        return text % intcomma(count)


class Delete(Task):
    key, right, icon = "delete", "delete", "bin"
    title = _("Delete signatures")
    menu = _("Delete all signatures shown")
    question = _(
        "Delete these signatures with everything that is stored about them? Signatures that "
        "counted no longer count, and their signers may sign again. To keep fake signatures out of "
        "the count, invalidate them instead: that can be undone. Deleting cannot."
    )
    left_out = _("Signatures of petitions whose data is held are left out.")

    @staticmethod
    def subject(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
        return deleting.deletable(signatures)

    def change(self, keys: list[UUID]) -> dict[int, int]:
        return deleting.delete(keys, seen=self.seen)

    @staticmethod
    def label(count: int) -> str:
        text = ngettext("Delete %s signature", "Delete %s signatures", count)
        return text % intcomma(count)

    @staticmethod
    def done(count: int) -> str:
        text = ngettext("%s signature deleted", "%s signatures deleted", count)
        return text % intcomma(count)


ALL: tuple[type[Task], ...] = (Resend, Anonymise, Delete)


def carry_out(
    kind: type[Task],
    batches: Iterable[list[UUID]],
    *,
    reason: str,
    by: User,
    seen: Seen,
    advance: Callable[[int], None],
) -> dict[str, int]:
    """Carry out the act on all signatures with these primary keys (in ascending order), or on none.

    Write one entry into the history of each petition. `advance` is called with the number of
    signatures that are done; an exception from it rolls everything back. Return the number of
    signatures, and further data about the act. Raise Held if the data of a petition was put on
    hold.
    """
    done = 0
    with transaction.atomic():
        task = kind(by=by, seen=seen)
        for keys in batches:
            task.counts.update(task.change(keys))
            done += len(keys)
            advance(done)
        more = task.finish()
        # With the reason, since nothing else remains of deleted signatures from which to read it.
        action = f"petition.{kind.key}_signatures"
        recording.log_each(action, task.counts, by=by, reason=reason, **more)
    return {"rows": task.counts.total(), **more}
