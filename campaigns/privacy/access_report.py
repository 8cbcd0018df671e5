"""The access report: all data that the site stores about a person, as JSON.

It answers access requests (GDPR, article 15). `people` finds the data.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_countries.fields import Country

from campaigns.appeals import message
from campaigns.appeals.message import Message
from campaigns.exports import export_log, shapes
from campaigns.finding import notes
from campaigns.forwarding.forwarded import Forwarded
from campaigns.imports import waiting
from campaigns.imports.imported import ImportedSignature
from campaigns.mail import new_emails, sent
from campaigns.petitions.signed_versions.parts import named
from campaigns.privacy import erasing, own_page, people, receipts
from campaigns.privacy.people import EVERYTHING, Scope
from campaigns.signatures import question_answers
from campaigns.signatures.column_types import value_of
from campaigns.signatures.confirmations import HandConfirmation
from campaigns.signatures.signature import Signature
from campaigns.sync import delivery, hearing
from campaigns.sync.delivery import Known


def export(email: str, *, name: str = "", scope: Scope = EVERYTHING) -> dict[str, Any]:
    """Return all data of a person, to be written as JSON.

    It includes the notes of moderators, which are the person's data, too.
    """
    related = (
        *("tally__petition__locale", "version__locale", "page"),
        *("hand_confirmation", "new_email", "imported__made_in"),
    )
    signatures = people.find(email, name=name, scope=scope).select_related(*related)
    signatures = signatures.prefetch_related(
        "mails",
        "moderated__decision",
        "decided_comments__decision",
        "notes__written_by",
        "mailings_due__mailing",
    )
    found = list(signatures.order_by("pk"))
    went_to, acts = recipients(found), people.acts(found)
    report = {
        "email": email,
        "exported_at": timezone.now(),
        "signatures": [exported(each) | went_to[each.pk] | acts[each.pk] for each in found],
        "stopped_mail": [
            {"petition": stop.tally.petition.title, "stopped_at": stop.stopped_at}
            for stop in people.stops(email, scope=scope)
        ],
        **known_otherwise(email, name, scope),
        "receipts": receipts.as_data(email),
        "list_entries": list(
            people.entries_naming(email, name, scope).values(
                "pattern", "effect", "note", "created_at"
            )
        ),
        "staff_accounts": list(people.staff_named(email, name, scope).values(*OF_ACCOUNTS)),
        "contacts": people.contacts_as_data(email, name, scope),
        "messages": message.as_data(email, name) if scope.contacts else [],
        "representatives": list(
            people.representatives_of(email, name, scope).values(
                "name", "area", "email", title=F("appeal__title")
            )
        ),
    }
    return {key: report[key] for key in report if people.is_covered(key, name, scope)}


def known_otherwise(email: str, name: str, scope: Scope) -> dict[str, Any]:
    """Return what the site stores about a mailbox that did not sign, or has withdrawn."""
    addressed = message.to(email) if scope.contacts and not name else Message.objects.none()
    return {
        "waiting_emails": [
            {"petition": new.signature.tally.petition.title, "asked_at": new.asked_at}
            for new in people.waiting_for(email, name, scope)
        ],
        **people.without_mailings(email, scope),
        "lists_to_leave": people.lists_to_leave(email, name, scope),
        "remembered_moderations": list(
            people.remembered(email, name, scope).values(
                "moderation", "reason", "withdrawn_on", petition=F("tally__petition__title")
            )
        ),
        "uploaded": [
            {"list": found.subject.file_name, "row": number, "text": ", ".join(cells)}
            for found in waiting.find(erasing.uploaded(scope), email, name=name)
            for number, cells in found.own
        ],
        "messages_to": list(
            addressed.order_by("typed_at").values(
                *("recipient_name", "recipient_email", "typed_at", "ended_at", "outcome"),
                title=F("appeal__title"),
            )
        ),
    }


OF_ACCOUNTS = ("username", "first_name", "last_name", "date_joined", "last_login")

# Columns that are not exported under their own names: the id is exported as `number`; anonymised
# signatures belong to nobody; the household slot says nothing about the person; and the emails are
# listed separately.
NOT_EXPORTED = ("id", "anonymised_at", "household_slot", "sent_mails")


def exported(signature: Signature) -> dict[str, Any]:
    """Return all data of one signature, with its version, its emails and the decisions about it."""
    petition, version = signature.tally.petition, signature.version
    page = value_of(signature, "page")
    return {
        "number": signature.pk,
        "petition": {"title": petition.title, "url": petition.full_url},
        **{
            field.name: plain(value_of(signature, field.name))
            for field in Signature._meta.concrete_fields
            if not field.is_relation and field.name not in NOT_EXPORTED
        },
        "times_signed": signature.times_signed - (not signature.is_typed_by_signer),  # in the form
        "stored_until": own_page.stored_until(signature),  # article 15, 1 d
        "replies": replied(signature),
        "state": signature.state,
        "confirmed_by_hand": confirmed_by_hand(signature),
        "imported": imported(signature),
        "page": page and {"title": page.title, "url": page.specific.canonical_url},
        "version": version
        and {
            "language": version.locale.language_code,
            "published_at": version.published_at,
            **version.parts,
        },
        "mails": mails_of(signature),
        "mailings_due": people.mailings_due(signature),
        "new_email": new_emails.as_data(signature),
        "decisions": [
            {
                "moderation": moderated.decision.moderation,
                "reason": moderated.decision.reason,
                "made_at": moderated.decision.made_at,
                "undone_at": moderated.decision.undone_at,
            }
            for moderated in sorted(signature.moderated.all(), key=lambda moderated: moderated.pk)
        ],
        "notes": notes.as_data(signature),
        "comment_decisions": [
            {
                "decision": decided.decision.state,
                "made_at": decided.decision.made_at,
                "undone_at": decided.decision.undone_at,
            }
            for decided in sorted(signature.decided_comments.all(), key=lambda decided: decided.pk)
        ],
    }


def recipients(signatures: Sequence[Signature]) -> dict[UUID, dict[str, Any]]:
    """Return the recipients of each signature (article 15, 1 c): export files, receivers, targets.

    The signatures come with their tally. Makes four queries, and one for each feed.
    """
    petitions = [each.tally.petition_id for each in signatures]
    receivers, targets = receivers_of(signatures), targets_of(signatures)
    exports = list(export_log.of_petitions(petitions, export_log.EXPORT).order_by("timestamp"))
    return {
        signature.pk: {
            "exports": [
                {
                    "taken_at": export_log.moment(entry),
                    "shape": entry.data.get("shape", shapes.EVERYTHING.key),
                    "purpose": entry.data.get("purpose", ""),
                }
                for entry in exports
                if export_log.can_contain(entry, signature)
            ],
            "receivers": [
                {"receiver": name, "told_at": told_at}
                for (key, name), told_at in receivers.items()
                if key == signature.pk
            ],
            "forwarded": targets[signature.pk],
        }
        for signature in signatures
    }


def receivers_of(signatures: Sequence[Signature]) -> dict[tuple[UUID, str], datetime | None]:
    """Map (signature, receiver name) to the time at which that receiver was last notified.

    The time is None if the log no longer has it, while a mailing list still has the person or a
    feed shows them.
    """
    keys = [each.pk for each in signatures]
    told = delivery.told(keys).values_list("signature", "receiver__name")
    last = told.annotate(last=Max(Coalesce("tried_at", "ended_at")))
    found = {(key, name): told_at for key, name, told_at in last.order_by("last")}
    known = Known.objects.filter(signature__in=keys).order_by("receiver")
    holding = [*known.values_list("signature", "receiver__name"), *hearing.shown_in_feeds(keys)]
    return dict.fromkeys(holding) | found


def targets_of(signatures: Sequence[Signature]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the targets to which each signature was or will be emailed.

    A target that has an email is named as the signer read it; any other target is named as in the
    current letter.
    """
    found: dict[UUID, list[dict[str, Any]]] = {each.pk: [] for each in signatures}
    words = {
        (each.tally_id, block.id): named(block.value)
        for each in signatures
        for block in each.tally.petition.targets
    }
    rows = Forwarded.objects.filter(signature__in=signatures).select_related("mail")
    for row in rows.order_by("pk"):
        found[row.signature_id].append(
            {
                "target": (row.mail and row.mail.words)
                or words.get((row.tally_id, row.target), ""),
                "outcome": (row.mail and row.mail.outcome) or "owed",
                "ended_at": row.mail and row.mail.ended_at,
            }
        )
    return found


def mails_of(signature: Signature) -> list[dict[str, Any]]:
    """Return the emails about a signature, oldest first; older ones have only their day left."""
    gone = [
        {"kind": mail.kind, "outcome": mail.outcome, "ended_on": mail.day}
        for mail in sent.read(signature.sent_mails)
    ]
    return gone + [
        {
            "kind": mail.kind,
            "due_at": mail.due_at,
            "outcome": mail.outcome or "owed",
            "ended_at": mail.ended_at,
        }
        for mail in sorted(signature.mails.all(), key=lambda mail: mail.pk)
    ]


def confirmed_by_hand(signature: Signature) -> dict[str, Any] | None:
    """Return when, why and by whom staff confirmed the signature; None if its signer did."""
    # Django raises RelatedObjectDoesNotExist, an AttributeError, where there is no row.
    by_hand: HandConfirmation | None = getattr(signature, "hand_confirmation", None)
    if by_hand is None:
        return None
    return {
        "reason": by_hand.reason,
        "confirmed_at": by_hand.confirmed_at,
        "confirmed_by": by_hand.confirmed_by and by_hand.confirmed_by.get_username(),
    }


def imported(signature: Signature) -> dict[str, Any] | None:
    """Return the list that brought the signature in and what its signer agreed to, or None."""
    row: ImportedSignature | None = getattr(signature, "imported", None)
    if row is None:
        return None
    return {
        "imported_at": row.made_in.ended_at,
        "list": row.made_in.file_name,
        "row": row.row,
        "sheet": row.sheet,
        "source": row.made_in.reason,
        "consent": row.made_in.consent,
    }


def replied(signature: Signature) -> list[dict[str, str]]:
    """Return the answers to the petition's questions, in the language that the signer read."""
    found = question_answers.readable(signature, signature.petition) if signature.replies else []
    return [{"question": question, "answer": answer} for question, answer in found]


def plain(value: Any) -> Any:
    """Return a value for JSON: a country as its code, a key as hexadecimal digits."""
    if isinstance(value, Country):
        return value.code
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value
