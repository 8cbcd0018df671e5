"""Short codes: shown in an email for people whose mail program breaks the email's link.

The code is typed together with the email address, and does what the link does. It is computed from
the content of the link, so two emails with the same link show the same code, and the code is stored
nowhere: a typed code is compared with the codes of all signatures of that email address. A wrong
email address and a wrong code cause the same work and the same response.
"""

import secrets
import unicodedata
from datetime import timedelta
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.canonical_emails import normalise
from campaigns.signatures import daily_keys, tokens
from campaigns.signatures.signature import OF_MAILBOX, Signature, keys_of_mailbox
from operations import keyring, locks

# Without vowels, so that no code is a word; without look-alikes: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
LETTERS = "34679CDFGHJKMNPQRTWXY"
LENGTH, GROUP = 9, 3  # 39 bits, in three groups
# Letters of other scripts that look like ours and may be on a keyboard instead.
ALIKE = str.maketrans("СНКМРТХ", "CHKMPTX")
# How long a try counts, and how many tries there may be: from one network, and in all. For a wider
# IPv6 range, the limit of one network is multiplied (`networks.WIDER`). When the tries in all are
# used up, each network still has a few: many networks together cannot lock everybody out.
WINDOW = timedelta(minutes=10)
MOST_TRIES, MOST_OF_ALL, STILL = 10, 500, 2
# At least this many signatures are compared, even if somebody has signed fewer petitions, or none.
LEAST = 20


class TooManyTries(Exception):
    """There were too many recent tries: from this network, from a range around it, or in all."""


class CodeTry(models.Model):
    """A failed try of a code, with the key of the network on that day."""

    network_key = models.BinaryField(max_length=32, null=True, editable=False)
    tried_at = models.DateTimeField(db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("try of a code")
        verbose_name_plural = _("tries of codes")

    def __str__(self) -> str:
        return str(self.pk)


FIND = f"SELECT s.id, s.typed_digest, s.link_key {OF_MAILBOX} ORDER BY s.id"


def code_of(purpose: str, signature: Signature) -> str:
    """Return the code equivalent to the link of this purpose, in groups: “C3D-9FG-HJ4”."""
    code = letters(purpose, signature.token_content(purpose), keyring.every()[0])
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def letters(purpose: str, content: bytes, key: str) -> str:
    """Return the code of a link with this purpose and content, without groups."""
    number = int.from_bytes(keyring.made(key, f"code:{purpose}:{content.hex()}".encode()))
    found = []
    for _place in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        found.append(LETTERS[place])
    return "".join(found)


def find(email: str, code: str, *, network: str | None) -> tuple[str, str] | None:
    """Return the purpose and the token of the link; None if the email address has no such code.

    Raises TooManyTries. A successful try does not count.
    """
    with transaction.atomic():
        tried = count_try(network)
        found = link_of(normalise(email), plain(code))
        if found is None:
            return None
        tried.delete()
    return found


def link_of(mailbox: str, code: str) -> tuple[str, str] | None:
    """Return the purpose and token of the link with this code, among a mailbox's signatures.

    A mailbox that has signed nothing causes the same work: one query, and as many codes.
    """
    signed = signatures_of(mailbox)
    nobody = [(UUID(bytes=secrets.token_bytes(16)), b"", b"")] * (LEAST - len(signed))
    found, keys = None, keyring.every()
    for pk, typed, link_key in signed + nobody:
        for purpose, bound in (("confirm", typed), ("manage", link_key)):
            content = bytes(bound or b"")
            for key in keys:
                if secrets.compare_digest(letters(purpose, pk.bytes + content, key), code):
                    found = purpose, tokens.make(purpose, pk, content)
    return found


def signatures_of(mailbox: str) -> list[tuple[UUID, bytes | None, bytes | None]]:
    """Return the id, the digest of the typed input and the link key of a mailbox's signatures."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, keys_of_mailbox(mailbox))
        return list(cursor.fetchall())


def count_try(network: str | None) -> CodeTry:
    """Store a try. If the tries are used up, raises TooManyTries and stores nothing."""
    now = timezone.now()
    key = daily_keys.network_hash(network, now.date()) if network else None
    locks.wait("tries of codes")  # limits concurrent tries like consecutive ones
    recent = CodeTry.objects.filter(tried_at__gt=now - WINDOW)
    most = MOST_TRIES if recent.count() < MOST_OF_ALL else STILL
    if not (network and key):
        is_over = most == STILL
    else:
        is_over = daily_keys.is_used_up(recent, network, key, most, of_range=MOST_TRIES)
    if is_over:
        raise TooManyTries
    return CodeTry.objects.create(network_key=key, tried_at=now)


def delete_tries(keys: list[int]) -> int:
    return CodeTry.objects.filter(pk__in=keys).delete()[0]


def old_tries() -> models.QuerySet[CodeTry]:
    return CodeTry.objects.filter(tried_at__lte=timezone.now() - WINDOW)


def plain(code: str) -> str:
    """Return only the letters of a code: case, spaces, hyphens and the script do not matter."""
    text = unicodedata.normalize("NFKC", code).upper().translate(ALIKE)
    digits = (str(unicodedata.digit(sign, sign)) for sign in text)
    return "".join(sign for sign in "".join(digits) if sign in LETTERS)
