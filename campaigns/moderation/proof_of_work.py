"""The proof of work: before a form is sent, the signer's device does a small sum, once for each.

For one person that is a moment in the background; for a program that signs 5,000 times it is more
than half an hour of a core. It asks nobody else, and says nothing about the device. Only petitions
for which staff have switched it on ask for it (`Tally.proof_at`).
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

# Some 256 of these are tried until one is right: about half a second of a core. To check one takes
# two milliseconds.
ALGORITHM, COST = "PBKDF2/SHA-256", 10_000
# People take their time with a form; the script asks for a new challenge after this.
VALID_FOR = 3600
LONGEST = 4_000  # characters of an answer

SPEND = """
    INSERT INTO campaigns_spentproof (nonce, ends_at) VALUES (%s, to_timestamp(%s))
    ON CONFLICT DO NOTHING
"""


class SpentProof(models.Model):
    """A challenge that was used for a signature, so that it is used once; nothing says for which.

    The worker deletes it when the challenge would no longer be accepted anyway.
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
    """The keys of the challenges, made from those of the site, the current one first."""
    return [
        hmac.new(key.encode(), b"campaigns.moderation.proof_of_work", hashlib.sha256).hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def challenge(petition: Petition) -> dict[str, Any]:
    """A new challenge for this petition, as the widget reads it; nothing is stored."""
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        expires_at=int(time.time()) + VALID_FOR,
        data={"petition": petition.tally.pk},
        hmac_secret=secrets()[0],
    )
    return made.to_dict()


def spend(petition: Petition, answer: str) -> bool:
    """Whether the answer solves a challenge of this petition that was not used before.

    It is used up by that.
    """
    if not answer or len(answer) > LONGEST:
        return False
    if not any(altcha.verify_solution(answer, secret).verified for secret in secrets()):
        return False
    # The challenge was signed by this site, so its parts are as this site made them.
    solved = altcha.Payload.from_base64(answer).challenge.parameters
    if solved.data != {"petition": petition.tally.pk}:
        return False
    with connection.cursor() as cursor:
        cursor.execute(SPEND, [solved.nonce, solved.expires_at])
        return bool(cursor.rowcount == 1)


def delete_old() -> None:
    """Delete the challenges whose time is over."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaigns_spentproof WHERE ends_at < statement_timestamp()")
