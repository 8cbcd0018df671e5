"""The link to unsubscribe in a mailing: it works when the signature is gone."""

import re
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse

from campaigns.mailings import suppression
from campaigns.mailings.mailing import Mailing
from campaigns.signatures import tokens
from campaigns.signatures.signature import Signature

PURPOSE = "unsubscribe"
NUMBER = 8  # bytes of the number of a mailing in a link


class Unsubscribing(NamedTuple):
    """What a link to unsubscribe is made for."""

    keys: suppression.Keys
    signature: Signature | None  # None if it was deleted since
    mailing: int


def unsubscribe_url(signature: Signature, mailing: Mailing) -> str:
    """The link holds the key of the mailbox, so it works when the signature is gone."""
    content = suppression.keys_of(signature.email or "")[0] + mailing.pk.to_bytes(NUMBER)
    return tokens.link(PURPOSE, tokens.make(PURPOSE, signature.pk, content))


def read(token: str) -> Unsubscribing:
    """Raises BadToken."""
    pk, content = tokens.read(PURPOSE, token)
    key, number = content[: suppression.KEY_LENGTH], content[suppression.KEY_LENGTH :]
    if len(content) != suppression.KEY_LENGTH + NUMBER:
        raise tokens.BadToken
    signature = Signature.objects.filter(pk=pk).select_related("tally").first()
    return Unsubscribing(keys_of(key, signature), signature, int.from_bytes(number))


def keys_of(key: bytes, signature: Signature | None) -> suppression.Keys:
    """All keys of the mailbox of a link, where its signature says which mailbox that is."""
    keys = suppression.keys_of(signature.email) if signature and signature.email else ()
    return keys if key in keys else (key,)


def mailbox_in(raw: bytes, signature: UUID) -> suppression.Keys:
    """The mailbox to which a mailing of this signature went, from a copy of it; () if none says so.

    The header with the link is in the copy, also where the provider leaves out its reader.
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
