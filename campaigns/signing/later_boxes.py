"""Consents that can be given after signing: those whose words are in the signer's own version.

The version proves what the signer agreed to, so a box can be ticked later only if its words are
still the same.
"""

from django.utils.translation import ngettext

from campaigns.petitions.signed_versions.parts import has_words
from campaigns.signatures.signature import Signature


def phone_consent(signature: Signature) -> str:
    """Return the consent to be called that the signer reads beside the number; "" for no box.

    Its words are those of the signer's version.
    """
    now = signature.petition.texts.phone_label
    agreed = signature.version.parts.get("phone_label", "") if signature.version else ""
    return agreed or now if signature.phone or agreed == now else ""


def updates_label(signature: Signature) -> str:
    """Return the words beside “keep me informed”: those of the signer's version, if it has any."""
    agreed = signature.version.parts.get("updates_label", "") if signature.version else ""
    return agreed or signature.petition.texts.updates_label


def is_box_read(signature: Signature, name: str) -> bool:
    """Return whether the petition still has the box, with the words that the signer has read."""
    version = signature.version
    return bool(
        version and version.parts.get(name) and has_words(version.parts, signature.petition, name)
    )


def kept_for_mailings(days: int) -> str:
    """Return the sentence that data is kept until `days` after the petition, for mailings."""
    text = ngettext(
        "To write to you, we keep your name, email address, country and language until %s day "
        "after the petition has ended. You can unsubscribe at any time.",
        "To write to you, we keep your name, email address, country and language until %s days "
        "after the petition has ended. You can unsubscribe at any time.",
        days,
    )
    return text % days
