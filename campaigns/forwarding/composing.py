"""Composes emails to targets: the letter in a signer's name, or a list of names."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from campaigns.mail.smtp import addressed
from campaigns.paragraphs import with_commas
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Forwards
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.texts import organisation_name
from campaigns.signatures.signature import Signature
from campaigns.signing.countries import country_names


class Signer(NamedTuple):
    """What a target reads about a signer; `email` is "" unless the signer may be answered."""

    name: str
    country: str = ""
    email: str = ""

    @property
    def signed(self) -> str:
        """The name and the country, as the active language has them in one line."""
        return with_commas(filter(None, (self.name, self.country)))


def signer(signature: Signature) -> Signer:
    """Return the signer in the active language.

    The email address is included only if the version they signed offered answers, too.
    """
    country = signature.country.code if signature.country else ""
    name = country_names(translation.get_language()).get(country, "") if country else ""
    offered = signature.version and signature.version.parts.get("answer_label")
    email = signature.email if signature.may_answer and offered else ""
    return Signer(signature.name or "", name, email or "")


def compose(signatures: Sequence[Signature], *, petition: Petition, to: str) -> EmailMessage:
    """Compose the email about these signatures, of which there must be at least one.

    An email about a single signature has the letter that its signer read, in the signer's language,
    and links to it; a list uses the petition's language.
    """
    version = signatures[0].version
    assert version  # all signatures in an email have one
    is_each = petition.forwards == Forwards.EACH
    language = signatures[0].language if is_each else petition.locale.language_code
    url = (signatures[0].petition if is_each else petition).full_url
    with translation.override(language):
        signers = [signer(each) for each in signatures]
        return written(signers, version, petition=petition, url=url, to=to)


def written(
    signers: Sequence[Signer], version: Version, *, petition: Petition, url: str, to: str
) -> EmailMessage:
    """Compose the email in the active language."""
    context = {
        "signers": signers,
        "signer": signers[0],
        "title": version.parts["title"],
        "letter": version.parts["letter"],
        "organisation": organisation_name(),
        "url": url,
    }
    first, is_each = signers[0], petition.forwards == Forwards.EACH
    name = f"{first.name} ({organisation_name()})" if is_each else organisation_name()
    kind = "forwarded_each" if is_each else "forwarded_digest"
    answers = [addressed(first.name, first.email)] if is_each and first.email else []
    return EmailMessage(
        subject=" ".join(version.parts["title"].split()),
        body=render_to_string(f"mails/{kind}.txt", context),
        from_email=addressed(name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        to=[to],
        reply_to=answers,
        headers={"Auto-Submitted": "auto-generated"},
    )


def sample(petition: Petition, *, to: str) -> EmailMessage:
    """Return a sample email to a target, with an invented signer and the published letter."""
    version = petition.version
    assert version  # only published petitions are forwarded
    with translation.override(petition.locale.language_code):
        nobody = Signer(gettext("Ada Example"))
        return written([nobody], version, petition=petition, url=petition.full_url, to=to)
