"""Mailing lists that have no web hooks of ours: each hears what an event means for it."""

import logging
from datetime import timedelta
from typing import Any

from django.db.models import Q

from campaigns.signatures.conditions import COUNTED, NOT_ANONYMISED
from campaigns.signatures.signature import Signature
from campaigns.sync import keys, payload
from campaigns.sync.delivery import Delivery, Known
from campaigns.sync.delivery import Kind as Event
from campaigns.sync.posting import Answer
from campaigns.sync.receiver import Kind, Receiver
from campaigns.sync.services.api import Person, Refused, Service
from campaigns.sync.services.listmonk import Listmonk
from campaigns.sync.services.mailchimp import Mailchimp
from campaigns.sync.services.mautic import Mautic
from operations import keyring

SERVICES: dict[str, type[Service]] = {
    Kind.LISTMONK: Listmonk,
    Kind.MAILCHIMP: Mailchimp,
    Kind.MAUTIC: Mautic,
}
DONE = Answer(200, "", b"")
# A decision over many signatures is made within this time.
RELEASED = timedelta(minutes=15)
# A server that answers in another way than the API says, such as a wrong address that answers {}.
ODD = Answer(502, "", b"")

log = logging.getLogger(__name__)


def tell(receiver: Receiver, delivery: Delivery, signature: Signature | None) -> Answer:
    """Do there what an event says; return the answer that decides. Raises NotSent, Damaged."""
    assert receiver.credential is not None  # as the constraint says
    service = SERVICES[receiver.kind](receiver, keys.read(receiver.credential))
    try:
        if delivery.kind == Event.TEST:
            service.check()
        elif signature:
            put(service, receiver, delivery, signature)
        else:
            take_out(service, receiver, delivery)
    except Refused as refused:
        return refused.answer
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        log.error("Receiver %s gave an odd answer: %s", receiver.pk, type(error).__name__)
        return ODD
    return DONE


def put(service: Service, receiver: Receiver, delivery: Delivery, signature: Signature) -> None:
    """Add a signer, or change what is known of them."""
    if not signature.email:
        return
    known = Known.objects.filter(receiver=receiver, signature=signature.pk).first()
    remote = keys.read(known.remote) if known else ""
    person = Person(signature.email, signature.name or "", payload.fields(receiver, signature))
    # Whoever is there already and has not left here did not ask anew: an event that is sent again
    # must not subscribe somebody who has unsubscribed there meanwhile.
    is_new_here = known is None and not was_released(signature, delivery)
    is_fresh = delivery.kind == Event.ADDED and (is_new_here or bool(known and known.is_out))

    def remember(made_as: str) -> None:
        """Who is made there is not subscribed yet, so that the next attempt is as this one."""
        values: dict[str, Any] = {
            "remote": keys.sealed(made_as),
            "remote_key": key_of(receiver, made_as),
            "is_ours": True,
            "is_out": is_fresh,
        }
        Known.objects.update_or_create(receiver=receiver, signature=signature.pk, defaults=values)

    service.made = remember
    put_as, is_new = service.put(person, remote, is_fresh=is_fresh)
    values: dict[str, Any] = {
        "remote": keys.sealed(put_as),
        "remote_key": key_of(receiver, put_as),
        "is_out": False if is_fresh or known is None else known.is_out,
    }
    if known is None and not is_new:
        values["is_ours"] = others(receiver, put_as).filter(is_ours=True).exists()
    elif is_new:
        values["is_ours"] = True
    Known.objects.update_or_create(receiver=receiver, signature=signature.pk, defaults=values)


def was_released(signature: Signature, delivery: Delivery) -> bool:
    """Whether it counts again because moderators decided so, and not because its signer asked."""
    span = (delivery.made_at - RELEASED, delivery.made_at + RELEASED)
    just_now = Q(decision__made_at__range=span) | Q(decision__undone_at__range=span)
    return signature.moderated.filter(just_now).exists()


def take_out(service: Service, receiver: Receiver, delivery: Delivery) -> None:
    """Unsubscribe a signer who unsubscribed here, and delete one whose signature is gone.

    Where the same mailbox has signed something else that is sent there, it stays for that.
    """
    assert delivery.signature  # only a test has none
    known = Known.objects.filter(receiver=receiver, signature=delivery.signature).first()
    if known is None:
        return
    remote = keys.read(known.remote)
    counts = Signature.objects.filter(COUNTED, NOT_ANONYMISED, pk=delivery.signature)
    rest = others(receiver, remote).exclude(pk=known.pk)
    is_needed = rest.filter(is_out=False).exists()
    if counts.exists():
        if not is_needed:
            service.unsubscribe(remote)
        Known.objects.filter(pk=known.pk).update(is_out=True)
        return
    if rest.exists():
        if not is_needed and not known.is_out:
            service.unsubscribe(remote)
    else:
        service.delete(remote, is_ours=known.is_ours)
    known.delete()


def others(receiver: Receiver, remote: str) -> Any:
    """All that the receiver knows by one entry."""
    return Known.objects.filter(receiver=receiver, remote_key__in=keys_of(receiver.pk, remote))


def key_of(receiver: Receiver, remote: str) -> bytes:
    return keys_of(receiver.pk, remote)[0]


def keys_of(receiver: int, remote: str, keys: list[str] | None = None) -> list[bytes]:
    """The keys that an entry may have (16 bytes), the one with which it is stored first."""
    return [each[:16] for each in keyring.digests(f"sync:{receiver}:{remote}".encode(), keys)]
