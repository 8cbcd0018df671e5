"""Proof of work: before a form is sent, the signer's device solves a small puzzle, valid once.

For one person this takes a moment in the background; for a program that signs 5,000 times, it takes
more than half an hour on one core. It involves no third party and reveals nothing about the device.
Only petitions for which staff have switched it on require it (`Tally.proof_at`).
"""

import hashlib
import hmac
import time
from typing import Any

from altcha import v2 as altcha
from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.petition import Petition

# A device tries about 256 of these on average before one fits, which takes half a second on one
# core. Checking an answer takes two milliseconds.
ALGORITHM, COST = "PBKDF2/SHA-256", 10_000
# Filling in a form takes a while; after this time, the script requests a new challenge.
VALID_FOR = 3600
LONGEST = 4_000  # the length of an answer in characters

SPEND = """
    INSERT INTO campaigns_spentproof (nonce, ends_at) VALUES (%s, to_timestamp(%s))
    ON CONFLICT DO NOTHING
"""


class SpentProof(models.Model):
    """A challenge that was used and cannot be used again; for which signature is not recorded.

    The worker deletes it when the challenge would have expired anyway.
    """

    nonce = models.CharField(primary_key=True, max_length=64)
    ends_at = models.DateTimeField(_("ends"), db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("spent proof")
        verbose_name_plural = _("spent proofs")

    def __str__(self) -> str:
        return self.nonce


def secrets() -> list[str]:
    """Return the keys of challenges, derived from those of the site, the current one first."""
    return [
        hmac.new(key.encode(), b"campaigns.moderation.proof_of_work", hashlib.sha256).hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def challenge(petition: Petition) -> dict[str, Any]:
    """Return a new challenge for this petition in the form for the widget; nothing is stored."""
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        expires_at=int(time.time()) + VALID_FOR,
        data={"petition": petition.tally.pk},
        hmac_secret=secrets()[0],
    )
    return made.to_dict()


def spend(petition: Petition, answer: str) -> bool:
    """Return whether the answer solves an unused challenge of this petition, and use it up."""
    if not answer or len(answer) > LONGEST:
        return False
    if not any(altcha.verify_solution(answer, secret).verified for secret in secrets()):
        return False
    # The signature of the challenge was verified, so its fields are as this site set them.
    solved = altcha.Payload.from_base64(answer).challenge.parameters
    if solved.data != {"petition": petition.tally.pk}:
        return False
    with connection.cursor() as cursor:
        cursor.execute(SPEND, [solved.nonce, solved.expires_at])
        return bool(cursor.rowcount == 1)


def delete_old() -> None:
    """Delete expired challenges."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaigns_spentproof WHERE ends_at < statement_timestamp()")
