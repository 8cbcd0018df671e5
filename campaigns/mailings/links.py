"""The unsubscribe link in a mailing, which also works after the signature was deleted."""

import re
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse

from campaigns.mailings import suppression
from campaigns.mailings.mailing import Mailing
from campaigns.signatures import tokens
from campaigns.signatures.signature import Signature

PURPOSE = "unsubscribe"
NUMBER = 8  # bytes of a mailing's primary key in a link


class Unsubscribing(NamedTuple):
    """The decoded content of an unsubscribe link."""

    keys: suppression.Keys
    signature: Signature | None  # None if it was deleted
    mailing: int

    @property
    def was_left(self) -> bool:
        """Whether the signature has another email address by now, which may get news."""
        return self.signature is not None and suppression.was_left(self.keys, self.signature)


def unsubscribe_url(signature: Signature, mailing: Mailing) -> str:
    """Return the link. It contains the key of the mailbox, so it works without the signature."""
    content = suppression.keys_of(signature.email or "")[0] + mailing.pk.to_bytes(NUMBER)
    return tokens.link(PURPOSE, tokens.make(PURPOSE, signature.pk, content))


def read(token: str) -> Unsubscribing:
    """Decode a token; raise BadToken unless it is valid."""
    pk, content = tokens.read(PURPOSE, token)
    key, number = content[: suppression.KEY_LENGTH], content[suppression.KEY_LENGTH :]
    if len(content) != suppression.KEY_LENGTH + NUMBER:
        raise tokens.BadToken
    signature = Signature.objects.filter(pk=pk).select_related("tally").first()
    return Unsubscribing(keys_of(key, signature), signature, int.from_bytes(number))


def keys_of(key: bytes, signature: Signature | None) -> suppression.Keys:
    """Return all keys of a link's mailbox, if its signature shows which mailbox that is."""
    keys = suppression.keys_of(signature.email) if signature and signature.email else ()
    return keys if key in keys else (key,)


def mailbox_in(raw: bytes, signature: UUID) -> suppression.Keys:
    """Find the mailbox to which a mailing for this signature was sent, in a copy of it; () if none.

    The copy has the header with the link even if the provider has removed the recipient.
    """
    begin, end = reverse(PURPOSE, args=["TOKEN"]).split("TOKEN")
    for match in re.finditer(rf"{re.escape(begin)}([\w.-]+){re.escape(end)}".encode(), raw):
        token = match[1].decode()
        try:
            if tokens.read(PURPOSE, token)[0] == signature:
                return read(token).keys
        except tokens.BadToken:
            continue
    return ()
