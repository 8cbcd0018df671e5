"""Use the link that a signer's new mailbox gets, as the form behind it does."""

import re

from django.http import HttpResponse
from django.test import Client

from campaigns.models import Signature
from campaigns.signing import changing_emails, typed_digest

SEEN = re.compile(r'name="seen" value="(\w+)"')


def press(client: Client, address: str) -> HttpResponse:
    """Open the link, and press the button of its page, if there is one."""
    seen = SEEN.search(client.get(address).content.decode())
    return client.post(address, {"seen": seen[1]} if seen else {})


def change_email(token: str) -> Signature:
    signature, _new = changing_emails.find(token)
    return changing_emails.change(token, seen=typed_digest.of(signature))
