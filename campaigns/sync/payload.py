"""The content of an event: the chosen fields of the signature at the time of sending."""

import json
from datetime import date
from typing import Any

from campaigns.mailings import suppression
from campaigns.signatures.column_types import value_of
from campaigns.signatures.signature import Signature
from campaigns.sync import hearing
from campaigns.sync.delivery import Delivery, Kind
from campaigns.sync.receiver import Receiver


def still_there(receiver: Receiver, delivery: Delivery) -> Signature | None:
    """Return the signature, if the receiver may get it at the moment.

    A receiver of those who want to be kept informed gets only signers whom the site's own mailings
    may reach.
    """
    if delivery.signature is None:
        return None
    found = hearing.present(receiver).filter(pk=delivery.signature)
    signature = found.select_related("tally__petition").first()
    if signature and receiver.only_opted_in and not suppression.reached([signature]):
        return None
    return signature


def compose(receiver: Receiver, delivery: Delivery, signature: Signature | None) -> str:
    """Return the JSON body of an event. `signature` is None for a removal and for a test."""
    data: dict[str, Any] = {}
    if delivery.kind != Kind.TEST:
        data = {"id": str(delivery.signature), "petition": delivery.petition_named}
    if signature:
        data["fields"] = fields(receiver, signature)
    event = {
        "type": "test" if delivery.kind == Kind.TEST else f"signature.{delivery.kind}",
        "timestamp": delivery.made_at.isoformat(),
        "data": data,
    }
    return json.dumps(event, ensure_ascii=False)


def fields(receiver: Receiver, signature: Signature) -> dict[str, Any]:
    """Return the values of the chosen columns, by the names that the receiver uses."""
    return {
        sent.called or sent.field: plain(value_of(signature, sent.field))
        for sent in receiver.fields_sent.all()
    }


def plain(value: Any) -> str | bool | None:
    """Return a value in a type that JSON has; a moment or a day in ISO 8601."""
    if value is None or isinstance(value, bool):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
