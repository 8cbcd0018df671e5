"""The access report for people to read: everything that its JSON contains, in words."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from wagtail.log_actions import registry

from campaigns.exports.shapes import SHAPES
from campaigns.forwarding.forwarded import ForwardedMail
from campaigns.mail.outbox import MailKind, OutgoingMail
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.reasons import Reason
from campaigns.paragraphs import Text, colon
from campaigns.petitions.signed_versions.parts import PARTS
from campaigns.signatures.column_types import moment
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.columns_in_words import CommentState, language_name
from campaigns.signatures.conditions import STATES
from campaigns.signatures.signature import Signature

# The labels of those keys of the report that are not columns of a signature.
LABELS: dict[str, Text] = {
    "exported_at": _("date of this report"),
    "signatures": _("signatures"),
    "number": _("number"),
    "petition": _("petition"),
    "title": _("title"),
    "url": _("web address"),
    "times_signed": _("how often the form was sent"),
    "proven_at": _("email address confirmed by a link or a code"),
    "typed_digest": _("key made from what was sent last"),
    "link_key": _("key of the links in emails"),
    "email_key": _("key made from the email address"),
    "network_key": _("key made from the network"),
    "moderation": _("moderation"),
    "state": _("state"),
    "confirmed_by_hand": _("confirmed by hand"),
    "confirmed_by": _("confirmed by"),
    "imported": _("brought in with a list"),
    "imported_at": _("date of import"),
    "list": _("list"),
    "row": _("row of the list"),
    "sheet": _("sheet"),
    "stored_until": _("stored until"),
    "replies": _("answers"),
    "stopped_mail": _("all emails stopped"),
    "stopped_at": _("date on which emails were stopped"),
    "unsubscribed_at": _("date of unsubscribing from news by email"),
    "complained_at": _("date of reporting news by email as spam"),
    "bounced_at": _("date on which news by email stopped, because emails came back"),
    "lists_to_leave": _("mailing lists that are yet to delete this email address"),
    "mailings_due": _("emails with news that are yet to be sent"),
    "failed_mailings": _(
        "emails with news that did not arrive, were refused or were reported as spam"
    ),
    "failed_at": _("date of the last report about such an email"),
    "published_at": _("date of publication"),
    "letter": _("letter"),
    "consent": _("consent"),
    "mails": _("emails"),
    "kind": _("kind of email"),
    "due_at": _("due date"),
    "outcome": _("what became of it"),
    "ended_at": _("date of sending or failure"),
    "ended_on": _("date of sending or failure"),
    "decisions": _("decisions"),
    "new_email": _("new email address that waits to be confirmed"),
    "waiting_emails": _("signatures whose signers asked to use this email address"),
    "asked_at": _("date of the request"),
    "comment_decisions": _("decisions on the comment"),
    "decision": _("decision"),
    "reason": _("reason"),
    "made_at": _("date of the decision"),
    "undone_at": _("date of undoing"),
    "remembered_moderations": _("withdrawn signatures"),
    "withdrawn_on": _("date of withdrawal"),
    "receipts": _("receipts of erasures"),
    "deleted_at": _("date of deletion"),
    "list_entries": _("block and allow lists"),
    "pattern": _("pattern"),
    "effect": _("effect of the entry"),
    "note": _("note of a colleague"),
    "notes": _("notes of colleagues"),
    "acts": _("what was done with this signature"),
    "act": _("action"),
    "done_at": _("date"),
    "written_at": _("date of writing"),
    "written_by": _("written by"),
    "created_at": _("date of addition"),
    "contacts": _("contacts of targets"),
    "messages": _("messages to representatives"),
    "messages_to": _("messages to this person as a representative"),
    "uploaded": _("lists that wait to be imported"),
    "recipient_name": _("recipient"),
    "recipient_email": _("recipient’s email address"),
    "subject": _("subject"),
    "text": _("text"),
    "typed_at": _("date of writing"),
    "representatives": _("lists of appeals"),
    "area": _("area"),
    "role": _("office"),
    "postal_address": _("postal address"),
    "staff_accounts": _("accounts of the staff"),
    "exports": _("files that may have held it"),
    "taken_at": _("date of creation"),
    "shape": _("what is in the file"),
    "purpose": _("what the file was created for"),
    "receivers": _("other systems that were told of it"),
    "receiver": _("system"),
    "told_at": _("date on which it was last told"),
    "forwarded": _("emails to targets"),
    "target": _("target"),
    "username": _("user name"),
    "first_name": User._meta.get_field("first_name").verbose_name,
    "last_name": User._meta.get_field("last_name").verbose_name,
    "date_joined": _("date of creation of the account"),
    "last_login": _("last sign-in"),
}
COLUMN_LABELS = {field.name: field.verbose_name for field, _column in COLUMNS}
# The labels for values that are stored as codes; other values are shown as they are.
WORDS: dict[str, dict[str, Text]] = {
    "channel": dict(Signature.Channel.choices),
    "comment_state": dict(CommentState.choices),
    "decision": dict(CommentState.choices),
    "effect": dict(ListEntry.Effect.choices),
    "kind": dict(MailKind.choices),
    "moderation": {"released": _("released"), **dict(Signature.Moderation.choices)},
    "moderation_reason": dict(Reason.choices),
    "outcome": {
        **dict(ForwardedMail.Outcome.choices),
        **dict(OutgoingMail.Outcome.choices),
        "owed": OutgoingMail.Outcome.OWED.label,
    },
    "reason": dict(Reason.choices),
    "shape": {key: shape.name for key, shape in SHAPES.items()},
    "state": dict(STATES),
}


def tree(report: dict[str, Any]) -> list[Any]:
    """Return the report as nested lists, for Django's filter `unordered_list`.

    A line with values below it is followed by a list of them.
    """
    nested: list[Any] = []
    for key, value in report.items():
        if key == "version" and value:
            nested += [label(key), agreed_to(value)]
        elif key == "stored_until":
            nested += [label(key), stored_until(value)]
        elif isinstance(value, dict):
            nested += [label(key), tree(value)]
        elif isinstance(value, list):
            parts = [part for row in value for part in numbered(key, row)]
            nested += [label(key), parts or [gettext("Nothing")]]
        else:
            nested.append(headed(label(key), text(key, value)))
    return nested


def numbered(key: str, row: dict[str, Any]) -> list[Any]:
    """Return one of several rows: its first line, or a petition's title, heads the others."""
    if key == "replies":
        return [headed(row["question"], row["answer"])]
    if key == "decisions" and not row["moderation"]:
        row = {**row, "moderation": "released"}
    if key == "signatures":
        return [row["petition"]["title"], tree(row)]
    first, *others = tree(row)
    return [first, others] if others else [first]


def headed(label: Text, value: str) -> str:
    return format_html("{}{} {}", label, colon(label), linebreaksbr(value))


def stored_until(stored: dict[str, Any]) -> list[str]:
    """Return until when a signature is stored, in the words of the signer's own page."""
    names = ["retained_until"]
    if stored["mailing_days"] and not stored["deleted_on"]:
        names.append("mailings_until")
    return [
        render_to_string(f"campaigns/includes/{name}.html", {"stored": stored}).strip()
        for name in names
    ]


def agreed_to(version: dict[str, Any]) -> list[Any]:
    """Return the version that was signed: its language, when it was published, and its parts."""
    parts = [part for part in PARTS if part.name in version]
    about = {key: value for key, value in version.items() if key in ("language", "published_at")}
    return tree(about) + [
        headed(part.heading, part.shown(version[part.name]) or "–") for part in parts
    ]


def label(key: str) -> str:
    known = LABELS.get(key) or COLUMN_LABELS.get(key) or key.replace("_", " ")
    return capfirst(str(known))


def text(key: str, value: Any) -> str:
    """Return a single value in words, in the active language."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return date_format(value)
    if key == "act":
        return str(dict(registry.get_choices()).get(value, value))
    if key == "country":
        return str(countries.name(value))
    if key == "language":
        return language_name(value)
    return str(WORDS.get(key, {}).get(value, value))
