"""Short codes: what a mail shows beside its link, for people whose mail program broke the link.

The code is typed together with the email, and does what the link does. The database holds neither:
it holds one HMAC over both (`LinkCode`), so that looking for a wrong email and for a wrong code is
the same work with the same answer. The code is worked out from what the link is made for, so that
two mails with the same link show the same code.
"""

import hashlib
import hmac
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.signatures import daily_keys, networks, tokens
from campaigns.signatures.email_keys import normalise
from campaigns.signatures.signature import Signature
from campaigns.statements import Statement
from operations import locks

# No vowels, so that no code is a word, and nothing that looks like something else: 0 O, 1 I L, 2 Z,
# 5 S, 8 B, U V.
LETTERS = "34679CDFGHJKMNPQRTWXY"
LENGTH, GROUP = 9, 3  # 39 bits, in three groups
# Letters of other scripts that look like ours, which a keyboard may have in their place.
ALIKE = str.maketrans("СНКМРТХ", "CHKMPTX")
# How long a try counts, and how many there may be: of one network, and of all. A wider range of
# IPv6 may have some times as many as one network (`networks.WIDER`).
WINDOW = timedelta(minutes=10)
MOST_TRIES, MOST_OF_ALL = 10, 500


class TooManyTries(Exception):
    """Too many codes were tried lately: from this network, from those around it, or from all."""


class LinkCode(models.Model):
    """That a code leads, together with an email, to what a link in a mail leads to.

    It is deleted with its signature's data, and so lives as long as the link.
    """

    class Purpose(models.TextChoices):
        CONFIRM = "confirm", _("confirm")
        MANAGE = "manage", _("see and correct")

    code_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="link_codes")
    purpose = models.CharField(max_length=7, choices=Purpose)
    # What the link is bound to besides the signature (`tokens.make`).
    typed = models.BinaryField(max_length=8, default=b"", editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("short code")
        verbose_name_plural = _("short codes")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=("confirm", "manage")), name="purpose_of_code_is_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


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


# A mail that is sent again, or another with the same link, finds its code there. Where a signature
# is withdrawn or anonymised meanwhile, nothing is kept, and no error stops the rest of the batch.
KEEP = Statement("""
    INSERT INTO campaigns_linkcode (code_hash, signature_id, purpose, typed)
    SELECT %(code_hash)s, id, %(purpose)s, %(typed)s
    FROM campaigns_signature WHERE id = %(signature)s FOR KEY SHARE
    ON CONFLICT (code_hash) DO NOTHING
""")


def code_of(purpose: str, signature: Signature) -> str:
    """The code that does what the link of this purpose does, in groups: “C3D-9FG-HJ4”."""
    number = int.from_bytes(keyed(f"{purpose}:{signature.token_content(purpose).hex()}"))
    letters = []
    for _place in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    code = "".join(letters)
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def keep(purpose: str, signature: Signature) -> None:
    """Let the code of a mail that is being sent lead to where its link leads."""
    assert signature.email
    code = code_of(purpose, signature)
    KEEP.run(
        code_hash=hash_of(signature.email, code),
        signature=signature.pk,
        purpose=purpose,
        typed=signature.token_content(purpose)[16:],
    )


def find(email: str, code: str, *, network: str | None) -> tuple[str, str] | None:
    """The purpose and the token of the link; None for a code that is not this email's.

    Raises TooManyTries. What is found is no try.
    """
    with transaction.atomic():
        tried = count_try(network)
        found = LinkCode.objects.filter(code_hash=hash_of(email, code)).first()
        if found is None:
            return None
        tried.delete()
    return found.purpose, tokens.make(found.purpose, found.signature_id, bytes(found.typed))


def count_try(network: str | None) -> CodeTry:
    """Store a try. Raises TooManyTries, and stores nothing then."""
    now = timezone.now()
    key = daily_keys.network_hash(network, now.date()) if network else None
    locks.wait("tries of codes")  # so that many at once are no more than one after another
    recent = CodeTry.objects.filter(tried_at__gt=now - WINDOW)
    if recent.count() >= MOST_OF_ALL or (network and key and is_exhausted(recent, network, key)):
        raise TooManyTries
    return CodeTry.objects.create(network_key=key, tried_at=now)


def is_exhausted(recent: models.QuerySet[CodeTry], network: str, key: bytes) -> bool:
    """Whether a network, or an IPv6 range around it, has used up its tries.

    Otherwise one home, which has many networks, could use up the tries of all.
    """
    if recent.filter(network_key=key).count() >= MOST_TRIES:
        return True
    if networks.version(network) == 4:
        return False
    bounds = daily_keys.ranges_of(key)
    return any(
        recent.filter(
            network_key__range=(bounds[f"first_{length}"], bounds[f"last_{length}"])
        ).count()
        >= MOST_TRIES * times
        for length, times in networks.WIDER.items()
    )


def delete_tries(keys: list[int]) -> int:
    return CodeTry.objects.filter(pk__in=keys).delete()[0]


def old_tries() -> models.QuerySet[CodeTry]:
    return CodeTry.objects.filter(tried_at__lte=timezone.now() - WINDOW)


def hash_of(email: str, code: str) -> bytes:
    """An HMAC over the mailbox and the code (32 bytes), however both were typed."""
    return keyed(f"typed:{normalise(email)}:{plain(code)}")


def plain(code: str) -> str:
    """The letters of a code alone: case, spaces, hyphens and the script do not matter."""
    text = unicodedata.normalize("NFKC", code).upper().translate(ALIKE)
    digits = (str(unicodedata.digit(sign, sign)) for sign in text)
    return "".join(sign for sign in "".join(digits) if sign in LETTERS)


def keyed(message: str) -> bytes:
    secret = settings.SIGNATURE_KEY.encode()
    return hmac.new(secret, b"code:" + message.encode(), hashlib.sha256).digest()
