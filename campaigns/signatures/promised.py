"""For how long the version that a signer read says that their data is kept."""

from campaigns.signatures.signature import Signature


def days(signature: Signature) -> int | None:
    """The days that the signer read; None for a signature from paper, or a very old version."""
    days: int | None = signature.version and signature.version.parts.get("retention_days")
    return days


def mailing_days(signature: Signature) -> int:
    """For how many days after all other data the signer can be written to, if they want it.

    It is what their version says, unless the petition has shortened it since.
    """
    version = signature.version
    return signature.tally.mailing_days_for(version and version.parts.get("mailing_days"))
