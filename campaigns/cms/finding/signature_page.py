"""The page of one signature: reason for quarantine, timeline, similar signatures and notes."""

from datetime import datetime, time
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from campaigns.cms.finding import signature_notes
from campaigns.cms.permissions import AnyUser, signatures_for
from campaigns.cms.signatures import history
from campaigns.cms.signatures.history import Entry
from campaigns.dates import site_day
from campaigns.finding import similar
from campaigns.mail.outbox import OutgoingMail, StoppedMailbox
from campaigns.moderation.screening import Reason
from campaigns.petitions.panels import SIGNATURES
from campaigns.privacy import access_report
from campaigns.signatures.signature import Signature

# The reasons for quarantine, in more words than the list has.
WHY = {
    Reason.HONEYPOT: _(
        "The form was sent with a field that people do not see, and programs fill in."
    ),
    Reason.BURST: _("Within ten minutes, more signatures than the limit came from its network."),
    Reason.SUSTAINED: _("Within a day, more signatures than the limit came from its network."),
    Reason.WIDE: _("More signatures than the limit came from its network and those around it."),
}


def context(signature: Signature, user: AnyUser) -> dict[str, Any]:
    """Return the context for the template besides the data of the signature."""
    return {
        "why": why(signature),
        "quarantine_url": group_url(signature),
        "timeline": timeline(signature, user),
        "similar": alike(signature, user),
        **signature_notes.context(signature, user),
    }


def why(signature: Signature) -> str:
    """Return why the signature is quarantined, as a sentence; "" for other signatures."""
    if signature.state != "quarantined":
        return ""
    known = dict(Reason.choices) | WHY
    reason = known.get(signature.moderation_reason, signature.moderation_reason)
    return capfirst(str(reason)) or gettext("No reason was given.")


def group_url(signature: Signature) -> str:
    """Return the URL of the signatures quarantined for the same reason; "" for other signatures."""
    if signature.state != "quarantined":
        return ""
    return reverse(SIGNATURES, query={"group": f"reason.{signature.pk}"})


# --- the timeline ---


def timeline(signature: Signature, user: AnyUser) -> list[Entry]:
    """Return all events of a signature, the oldest first. Whether emails were opened is not known.

    An anonymised signature has nothing left but its days.
    """
    found = [*signing(signature), *mails(signature), *history.entries(signature, user)]
    return sorted(found, key=lambda entry: entry.timestamp)


def signing(signature: Signature) -> list[Entry]:
    found = online(signature) if signature.is_typed_by_signer else brought_in(signature)
    stops = StoppedMailbox.objects.filter(tally=signature.tally, email_key=signature.email_key)
    if signature.email_key and (stop := stops.first()):
        said = gettext("All emails to this mailbox about the petition were stopped")
        found.append(Entry(said, None, stop.stopped_at))
    if signature.for_mailings_since:
        said = gettext("All but what mailings need was deleted")
        found.append(Entry(said, None, signature.for_mailings_since))
    if signature.anonymised_at:
        found.append(Entry(gettext("Anonymised"), None, signature.anonymised_at))
    return found


def online(signature: Signature) -> list[Entry]:
    arrived = signature.arrived_at
    found = [own_entry(gettext("Signed"), arrived, signature)]
    if signature.times_signed > 1 and not signature.anonymised_at:
        moment = max(signature.signed_at, arrived)
        found.append(own_entry(form_sent(signature.times_signed), moment, signature))
    if signature.confirmed_at:
        confirmed = max(signature.confirmed_at, arrived)
        found.append(own_entry(pgettext("event", "Confirmed"), confirmed, signature))
    return found


def brought_in(signature: Signature) -> list[Entry]:
    """Return the day on which somebody signed elsewhere, and when the list of it was brought in.

    The number of an anonymised signature no longer has that moment.
    """
    found = [own_entry(gettext("Signed"), signature.signed_at, signature)]
    if not signature.anonymised_at:
        found.append(Entry(capfirst(gettext("brought in with a list")), None, signature.arrived_at))
        if signature.times_signed > 1:  # the list counts once
            times = form_sent(signature.times_signed - 1)
            found.append(Entry(times, None, max(signature.signed_at, signature.arrived_at)))
    return found


def form_sent(number: int) -> str:
    text = ngettext(
        "Sent the form %s time, the last time now",
        "Sent the form %s times, the last time now",
        number,
    )
    return text % intcomma(number)


def own_entry(said: str, moment: datetime, signature: Signature) -> Entry:
    """Return what the signer did; only the day of it, where the time is not known."""
    day = site_day(moment) if signature.has_day_only("signed_at") else None
    return Entry(said, None, moment, day)


def mails(signature: Signature) -> list[Entry]:
    kinds, outcomes = dict(OutgoingMail.Kind.choices), dict(OutgoingMail.Outcome.choices)
    return [
        Entry(
            gettext("Email “%(kind)s”: %(outcome)s")
            % {
                "kind": kinds.get(mail["kind"], mail["kind"]),
                "outcome": outcomes.get(mail["outcome"], gettext("due")),
            },
            None,
            moment_of(mail, signature),
            mail.get("ended_on"),
        )
        for mail in access_report.mails_of(signature)
    ]


def moment_of(mail: dict[str, Any], signature: Signature) -> datetime:
    """Return when an email ended or is due; of an older email only the day is known."""
    if day := mail.get("ended_on"):
        begin = timezone.make_aware(datetime.combine(day, time.min))
        return max(begin, signature.arrived_at)
    moment: datetime = mail["ended_at"] or mail["due_at"]
    return moment


# --- similar signatures ---


def alike(signature: Signature, user: AnyUser) -> list[dict[str, str]]:
    """Return what other signatures share with this one, with links.

    Only signatures that the user may view are considered.
    """
    if signature.anonymised_at:
        return []
    counts = similar.counts(signatures_for(user, "view"), signature)
    return [
        {
            "label": capfirst(str(kind.label)),
            "number": said(number),
            "url": reverse(SIGNATURES, query={"like": f"{kind}.{signature.pk}"}),
        }
        for kind, number in counts.items()
    ]


def said(number: int) -> str:
    if number >= similar.MOST:
        return gettext("%s other signatures or more") % intcomma(number)
    return ngettext("%s other signature", "%s other signatures", number) % intcomma(number)
