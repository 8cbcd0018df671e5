"""Mailing lists without support for our web hooks: each event becomes calls of their API."""

import logging
from datetime import timedelta
from typing import Any

from django.db.models import Q

from campaigns.signatures.conditions import TYPED_BY_SIGNERS
from campaigns.signatures.signature import Signature
from campaigns.sync import keys, payload
from campaigns.sync.delivery import Delivery, Known, remote_keys
from campaigns.sync.delivery import Kind as Event
from campaigns.sync.posting import Answer
from campaigns.sync.receiver import Kind, Receiver
from campaigns.sync.services import entries
from campaigns.sync.services.api import Entry, Person, Refused, Service
from campaigns.sync.services.listmonk import Listmonk
from campaigns.sync.services.mailchimp import Mailchimp
from campaigns.sync.services.mautic import Mautic

SERVICES: dict[str, type[Service]] = {
    Kind.LISTMONK: Listmonk,
    Kind.MAILCHIMP: Mailchimp,
    Kind.MAUTIC: Mautic,
}
DONE = Answer(200, "", b"")
NOBODY = "nobody@example.org"
# A decision about many signatures is complete within this time.
RELEASED = timedelta(minutes=15)
# A response that the API does not allow, such as {} from a server at a wrong URL.
ODD = Answer(502, "", b"")

log = logging.getLogger(__name__)


def tell(receiver: Receiver, delivery: Delivery, signature: Signature | None) -> Answer:
    """Carry out an event in the mailing list; return a response. Raises NotSent and Damaged."""
    assert receiver.credential is not None  # ensured by the constraint
    service = SERVICES[receiver.kind](receiver, keys.read(receiver.credential))
    try:
        if delivery.kind == Event.TEST:
            service.check()
            service.find(NOBODY)  # this may need a separate permission
        elif signature:
            put(service, receiver, delivery, signature)
        else:
            take_out(service, receiver, delivery)
    except Refused as refused:
        return refused.answer
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        log.error("Receiver %s gave an odd answer: %s", receiver.pk, type(error).__name__)
        return ODD
    return DONE


def put(service: Service, receiver: Receiver, delivery: Delivery, signature: Signature) -> None:
    """Add a signer, or update their entry.

    The `Known` row is stored before the request is sent: if the list carries out the request and
    the response is lost, the site still has a record of the entry.
    """
    if not signature.email:
        return
    email = signature.email.lower()
    own = list(Known.objects.filter(receiver=receiver, signature=signature.pk))
    before = [known for known in own if keys.read(known.remote) != email]
    # A signer who is in the list already and has not unsubscribed here has not asked again: an
    # event that is sent again must not subscribe anybody who has unsubscribed there meanwhile.
    is_new_here = delivery.kind == Event.ADDED and not own
    is_out = any(known.is_out for known in own)
    is_fresh = is_out or (is_new_here and has_asked(signature, delivery))
    entry = entries.of(receiver, email)
    found = service.find(email)
    is_ours = found is None or entry.filter(is_ours=True).exists()
    if found is None and (renamed := to_rename(service, receiver, before)):
        found, is_ours = renamed
    values: dict[str, Any] = {
        "remote": keys.sealed(email),
        "remote_key": remote_keys(email)[0],
        "is_ours": is_ours,
        # A signer who has just asked is not subscribed yet, so the next attempt does the same.
        "is_out": is_fresh,
    }
    known, _is_new = Known.objects.update_or_create(
        receiver=receiver,
        signature=signature.pk,
        remote_key__in=remote_keys(email),
        defaults=values,
    )
    entry.update(is_ours=is_ours)
    person = Person(signature.email, signature.name or "", payload.fields(receiver, signature))
    is_made = service.put(person, found, is_fresh=is_fresh)
    if found is None and not is_made:
        entry.update(is_ours=False)
    if is_fresh:
        Known.objects.filter(pk=known.pk).update(is_out=False)
    for each in before:
        let_go(service, receiver, each, for_good=True)


def to_rename(
    service: Service, receiver: Receiver, before: list[Known]
) -> tuple[Entry, bool] | None:
    """Return an earlier email address's entry that nobody else needs, and whether it is ours."""
    for known in before:
        email = keys.read(known.remote)
        others = entries.of(receiver, email).exclude(signature=known.signature)
        if not others.filter(entries.IS_ACTIVE).exists() and (found := service.find(email)):
            return found, known.is_ours
    return None


def has_asked(signature: Signature, delivery: Delivery) -> bool:
    """Return whether the signer asked for it just now, rather than a moderator or an import."""
    if signature.channel not in TYPED_BY_SIGNERS:
        return False
    span = (delivery.made_at - RELEASED, delivery.made_at + RELEASED)
    just_now = Q(decision__made_at__range=span) | Q(decision__undone_at__range=span)
    return not signature.moderated.filter(just_now).exists()


def take_out(service: Service, receiver: Receiver, delivery: Delivery) -> None:
    """Unsubscribe a signer who unsubscribed here, or delete one whose signature is gone.

    A signature is also gone if its petition is no longer one of the receiver's.
    """
    assert delivery.signature  # only a test has none
    known = Known.objects.filter(receiver=receiver, signature=delivery.signature)
    stands = known.filter(entries.IS_ACTIVE).exists()
    for each in known:
        let_go(service, receiver, each, for_good=not stands)


def let_go(service: Service, receiver: Receiver, known: Known, *, for_good: bool) -> None:
    """Unsubscribe an entry, or delete it with its last signature.

    The entry stays as long as other signatures need it, in this list or in another list of the same
    server. The row is marked first: if two workers let go of the entry at the same moment, one of
    them sees that no signature is left.
    """
    if not for_good:
        Known.objects.filter(pk=known.pk).update(is_out=True)
    email = keys.read(known.remote)
    rest = entries.of(receiver, email).filter(entries.IS_ACTIVE).exclude(pk=known.pk)
    here = rest.filter(receiver__audience=receiver.audience)
    found = service.find(email)
    if found and for_good and not here.exists():
        service.delete(found, is_ours=known.is_ours and not rest.exists())
    elif found and not here.filter(is_out=False).exists():
        service.unsubscribe(found, is_alone=not rest.filter(is_out=False).exists())
    if for_good:
        known.delete()
        if left := here.filter(is_out=False).last():
            entries.renew(left)
