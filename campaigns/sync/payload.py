"""What an event says: the signature as it stands when the event is sent, in the fields chosen."""

import json
from datetime import datetime
from typing import Any

from campaigns.mailings import suppression
from campaigns.signatures.signature import Signature
from campaigns.sync import hearing
from campaigns.sync.delivery import Delivery, Kind
from campaigns.sync.receiver import Receiver


def still_there(receiver: Receiver, delivery: Delivery) -> Signature | None:
    """The signature, if the receiver may hear of it at this moment.

    Of those who want to be kept informed, it is whom the site's own mailings may reach.
    """
    if delivery.signature is None:
        return None
    found = hearing.present(receiver).filter(pk=delivery.signature)
    signature = found.select_related("tally__petition").first()
    if signature and receiver.only_opted_in and not suppression.reached([signature]):
        return None
    return signature


def compose(receiver: Receiver, delivery: Delivery, signature: Signature | None) -> str:
    """The body of an event, as JSON. `signature` is None where it was removed, and in a test."""
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
    """The chosen columns, by the names that they have there."""
    return {
        sent.called or sent.field: plain(getattr(signature, sent.field))
        for sent in receiver.fields_sent.all()
    }


def plain(value: Any) -> str | bool | None:
    """A value as JSON knows it."""
    if value is None or isinstance(value, bool):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
