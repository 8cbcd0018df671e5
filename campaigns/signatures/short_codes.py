"""Short codes: what a mail shows beside its link, for people whose mail program broke the link.

The code is typed together with the email, and does what the link does. It is worked out from what
the link is made for, so that two mails with the same link show the same code, and is stored
nowhere: what was typed is compared with the codes of all signatures of that email. Looking for a
wrong email and for a wrong code is the same work with the same answer.
"""

import secrets
import unicodedata
from datetime import timedelta
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.canonical_emails import normalise
from campaigns.petitions.tally import Tally
from campaigns.signatures import daily_keys, tokens
from campaigns.signatures.email_keys import of_tallies
from campaigns.signatures.signature import Signature
from operations import keyring, locks

# No vowels, so that no code is a word, and nothing that looks like something else: 0 O, 1 I L, 2 Z,
# 5 S, 8 B, U V.
LETTERS = "34679CDFGHJKMNPQRTWXY"
LENGTH, GROUP = 9, 3  # 39 bits, in three groups
# Letters of other scripts that look like ours, which a keyboard may have in their place.
ALIKE = str.maketrans("СНКМРТХ", "CHKMPTX")
# How long a try counts, and how many there may be: of one network, and of all. A wider range of
# IPv6 may have some times as many as one network (`networks.WIDER`). When those of all are used up,
# a network still has a few: many networks together cannot keep everybody from their codes.
WINDOW = timedelta(minutes=10)
MOST_TRIES, MOST_OF_ALL, STILL = 10, 500, 2
# As many signatures are compared, also for somebody who has signed fewer petitions, or none.
LEAST = 20


class TooManyTries(Exception):
    """Too many codes were tried lately: from this network, from those around it, or from all."""


class CodeTry(models.Model):
    """A code that was tried in vain, with the key of the network of that day."""

    network_key = models.BinaryField(max_length=32, null=True, editable=False)
    tried_at = models.DateTimeField(db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("try of a code")
        verbose_name_plural = _("tries of codes")

    def __str__(self) -> str:
        return str(self.pk)


# The signatures of a mailbox, by its email key for each tally.
OF_MAILBOX = """
    SELECT s.id, s.typed_digest, s.link_key
    FROM unnest(%(tallies)s::bigint[], %(keys)s::bytea[]) AS mailbox (tally, key)
        JOIN campaigns_signature s ON (s.tally_id, s.email_key) = (mailbox.tally, mailbox.key)
    ORDER BY s.id
"""


def code_of(purpose: str, signature: Signature) -> str:
    """The code that does what the link of this purpose does, in groups: “C3D-9FG-HJ4”."""
    code = letters(purpose, signature.token_content(purpose), keyring.every()[0])
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def letters(purpose: str, content: bytes, key: str) -> str:
    """The code of a link of this purpose that is made for this content, without groups."""
    number = int.from_bytes(keyring.made(key, f"code:{purpose}:{content.hex()}".encode()))
    found = []
    for _place in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        found.append(LETTERS[place])
    return "".join(found)


def find(email: str, code: str, *, network: str | None) -> tuple[str, str] | None:
    """The purpose and the token of the link; None for a code that is not this email's.

    Raises TooManyTries. What is found is no try.
    """
    with transaction.atomic():
        tried = count_try(network)
        found = link_of(normalise(email), plain(code))
        if found is None:
            return None
        tried.delete()
    return found


def link_of(mailbox: str, code: str) -> tuple[str, str] | None:
    """The purpose and the token of the link with this code, of all signatures of a mailbox.

    It is the same work for a mailbox that has signed nothing: one question, and as many codes.
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
    """The id, the digest of what was typed and the link key of each signature of a mailbox."""
    pairs = of_tallies(Tally.objects.values_list("pk", flat=True), mailbox)
    tallies, keys = [tally for tally, _ in pairs], [key for _, key in pairs]
    with connection.cursor() as cursor:
        cursor.execute(OF_MAILBOX, {"tallies": tallies, "keys": keys})
        return list(cursor.fetchall())


def count_try(network: str | None) -> CodeTry:
    """Store a try. Raises TooManyTries, and stores nothing then."""
    now = timezone.now()
    key = daily_keys.network_hash(network, now.date()) if network else None
    locks.wait("tries of codes")  # so that many at once are no more than one after another
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
    """The letters of a code alone: case, spaces, hyphens and the script do not matter."""
    text = unicodedata.normalize("NFKC", code).upper().translate(ALIKE)
    digits = (str(unicodedata.digit(sign, sign)) for sign in text)
    return "".join(sign for sign in "".join(digits) if sign in LETTERS)
