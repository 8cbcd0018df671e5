"""What a signer can still agree to after signing: what their own version says.

The version proves what they agreed to, so that a box can be ticked later only where its words are
still the same.
"""

from django.utils.translation import ngettext

from campaigns.petitions.signed_versions.parts import has_words
from campaigns.signatures.signature import Signature


def phone_consent(signature: Signature) -> str:
    """The consent to be called that the signer reads beside the number; "" for no such box.

    It is that of their version.
    """
    now = signature.petition.texts.phone_label
    agreed = signature.version.parts.get("phone_label", "") if signature.version else ""
    return agreed or now if signature.phone or agreed == now else ""


def is_box_read(signature: Signature, name: str) -> bool:
    """Whether the petition offers a box, with the words that the signer read when they signed."""
    version = signature.version
    return bool(
        version and version.parts.get(name) and has_words(version.parts, signature.petition, name)
    )


def kept_for_mailings(days: int) -> str:
    """The sentence beside “keep me informed” where mailings go on for `days` after the petition."""
    text = ngettext(
        "To write to you, we keep your name, email address, country and language until %s day "
        "after the petition has ended. You can unsubscribe at any time.",
        "To write to you, we keep your name, email address, country and language until %s days "
        "after the petition has ended. You can unsubscribe at any time.",
        days,
    )
    return text % days
