"""Reports by email providers through webhooks, as parsed by django-anymail.

With the token that the email carried, a report is treated like a message to the return path.
Without one, only the mailbox is known.
"""

from typing import Any

from anymail.exceptions import AnymailConfigurationError
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.http import HttpRequest

from campaigns.bounces import consequences, reports, return_path
from campaigns.bounces.reports import Said
from campaigns.bounces.statuses import STATUS
from campaigns.mailings import suppression
from campaigns.mailings.suppression import Reason

VIEWS: dict[str, type[AnymailBaseWebhookView]] = {
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}
REASONS = {
    Said.GONE: Reason.BOUNCED,
    Said.COMPLAINED: Reason.COMPLAINED,
    Said.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
}
REJECTED = {
    RejectReason.INVALID: Said.GONE,
    RejectReason.BLOCKED: Said.REFUSED,
    RejectReason.SPAM: Said.REFUSED,
    RejectReason.UNSUBSCRIBED: Said.UNSUBSCRIBED,
}


class Unreadable(Exception):
    """The request is not a report of this provider."""


def read(provider: str, request: HttpRequest) -> list[AnymailTrackingEvent]:
    """Return the events in a request.

    Raise SuspiciousOperation if the secret is wrong, and Unreadable if it is no valid report.
    """
    view = VIEWS[provider]()
    view.run_validators(request)
    try:
        found: list[AnymailTrackingEvent] = view.parse_events(request)
    except (ValueError, LookupError, TypeError, AttributeError, AnymailConfigurationError):
        raise Unreadable from None
    return found


def act(event: AnymailTrackingEvent) -> None:
    """Act on an event. Events that say nothing about a mailbox are ignored."""
    said = meaning(event)
    token = str((event.metadata or {}).get(return_path.NAME, ""))
    keys = suppression.keys_of(event.recipient) if event.recipient else ()
    if returned := return_path.read(token.encode()):
        consequences.act(returned, said, mailbox=keys)
    elif said in REASONS and keys:
        signed = list(suppression.signed_with(event.recipient or "")[:1])
        signature = signed[0] if signed else None
        suppression.suppress(keys, signature=signature, reason=REASONS[said])


def meaning(event: AnymailTrackingEvent) -> Said:
    """Return what an event says of an email.

    The status in a mail server's answer is most precise.
    """
    if told(event).get("Type") == "SpamNotification":
        # Postmark's word for a mail server that refused the text; anymail calls it a complaint.
        return Said.REFUSED
    match event.event_type:
        case EventType.COMPLAINED:
            return Said.COMPLAINED
        case EventType.UNSUBSCRIBED:
            return Said.UNSUBSCRIBED
        case EventType.BOUNCED:
            answered = reports.of_statuses(STATUS.finditer(event.mta_response or ""))
            otherwise = Said.GONE if is_hard(event) else Said.FAILED
            return answered or REJECTED.get(event.reject_reason, otherwise)
        case EventType.REJECTED:
            return REJECTED.get(event.reject_reason, Said.NOTHING)
    return Said.NOTHING


def is_hard(event: AnymailTrackingEvent) -> bool:
    """Return whether the provider calls it a hard bounce: Mailjet, Brevo, Postmark."""
    words = (told(event).get("event"), told(event).get("Type"))
    return bool(told(event).get("hard_bounce")) or "hard_bounce" in words or "HardBounce" in words


def told(event: AnymailTrackingEvent) -> dict[str, Any]:
    """Return the event in the provider's own words; {} where they are no dictionary."""
    return event.esp_event if isinstance(event.esp_event, dict) else {}
