"""What a target is mailed: the letter in a signer's name, or a list of names."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from campaigns.mail.addresses import addressed
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Forwards
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.texts import organisation_name
from campaigns.signatures.signature import Signature
from campaigns.signing.countries import country_names


class Signer(NamedTuple):
    """Somebody who signed, as a target reads of them. `email` only of who may be answered."""

    name: str
    country: str = ""
    email: str = ""


def signer(signature: Signature) -> Signer:
    """In the active language. Somebody is answered only if their version offered that, too."""
    country = signature.country.code if signature.country else ""
    name = country_names(translation.get_language()).get(country, "") if country else ""
    offered = signature.version and signature.version.parts.get("answer_label")
    email = signature.email if signature.may_answer and offered else ""
    return Signer(signature.name or "", name, email or "")


def compose(signatures: Sequence[Signature], *, petition: Petition, to: str) -> EmailMessage:
    """The mail about these signatures, of which there is at least one.

    A single one has the letter as its signer has read it, and its language; a list has the
    petition's.
    """
    version = signatures[0].version
    assert version  # whoever is mailed has read one
    is_each = petition.forwards == Forwards.EACH
    language = signatures[0].language if is_each else petition.locale.language_code
    with translation.override(language):
        signers = [signer(each) for each in signatures]
        return written(signers, version, petition=petition, to=to)


def written(
    signers: Sequence[Signer], version: Version, *, petition: Petition, to: str
) -> EmailMessage:
    """In the active language."""
    context = {
        "signers": signers,
        "signer": signers[0],
        "title": version.parts["title"],
        "letter": version.parts["letter"],
        "organisation": organisation_name(),
        "url": petition.full_url,
    }
    first, is_each = signers[0], petition.forwards == Forwards.EACH
    name = f"{first.name} ({organisation_name()})" if is_each else organisation_name()
    kind = "forwarded_each" if is_each else "forwarded_digest"
    answers = [addressed(first.name, first.email)] if is_each and first.email else []
    return EmailMessage(
        subject=version.parts["title"],
        body=render_to_string(f"mails/{kind}.txt", context) + "",
        from_email=addressed(name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        to=[to],
        reply_to=answers,
        headers={"Auto-Submitted": "auto-generated"},
    )


def sample(petition: Petition, *, name: str, to: str) -> EmailMessage:
    """What a target gets, with an invented signer and the published letter."""
    version = petition.version
    assert version  # only a published petition is mailed
    with translation.override(petition.locale.language_code):
        return written([Signer(name)], version, petition=petition, to=to)
