"""What signers read: each mail we send, composed from what the database holds at that moment."""

from email.message import Message
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.mail.outbox import OutgoingMail
from campaigns.petitions.petition import Petition
from campaigns.petitions.texts import organisation_name, site_colour
from campaigns.signatures import tokens
from campaigns.signatures.signature import Signature

Kind = OutgoingMail.Kind


class Mail(EmailMultiAlternatives):
    """With a boundary that is made up, where Python's email library looks for one in the text."""

    # Django 6.1 makes an EmailMessage, as its types say; Django 5.2 a Message that is none.
    def message(self, **options: Any) -> Message:  # type: ignore[override]
        message = super().message(**options)
        message.set_boundary(f"=_{token_hex(16)}")
        return message


def compose(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail in text and HTML, in the signer's language. Its subject holds nothing they typed."""
    signature = mail.signature
    # A signature that was confirmed since needs no second link: it would only worry its signer.
    kind = Kind.ALREADY if mail.kind == Kind.CONFIRM and signature.confirmed_at else mail.kind
    message = write(kind, signature, signature.petition)
    message.extra_headers["Message-ID"] = message_id(mail)
    return message


def sample(petition: Petition, kind: str, *, name: str, email: str) -> EmailMultiAlternatives:
    """A mail as a signer would get it, to somebody who has not signed: its links lead nowhere."""
    language = petition.locale.language_code
    nobody = Signature(name=name, email=email, language=language, signed_at=timezone.now())
    return write(kind, nobody, petition)


def write(kind: str, signature: Signature, petition: Petition) -> EmailMultiAlternatives:
    assert signature.email is not None  # nobody writes to a signer who was anonymised
    with translation.override(signature.language):
        context: dict[str, Any] = {
            "signature": signature,
            "petition": petition,
            "texts": petition.texts,
            "subject": subject(kind, petition),
            "confirm_url": link("confirm", signature),
            "manage_url": link("manage", signature),
            "withdraw_url": link("withdraw", signature),
            "petition_url": petition.full_url,
            "site_name": organisation_name(),
            "colour": site_colour(),
            "base_url": settings.BASE_URL,
        }
        template = f"mails/{'already_signed' if kind == Kind.ALREADY else kind}"
        message = Mail(
            subject=context["subject"],
            # Django calls what comes from a template safe for HTML; this text is not.
            body=render_to_string(f"{template}.txt", context) + "",
            to=[signature.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def subject(kind: str, petition: Petition) -> str:
    texts = petition.texts
    leads: dict[str, str] = {
        Kind.CONFIRM: texts.confirm_subject,
        Kind.THANKS: texts.thanks_subject,
        Kind.ALREADY: translation.gettext("You have already signed"),
        Kind.REMINDER: translation.gettext("Your signature is waiting for you"),
    }
    return " ".join(f"{leads[kind]}: {petition.title}".split())


def link(purpose: str, signature: Signature) -> str:
    return settings.BASE_URL + reverse(purpose, args=[tokens.make(purpose, signature.pk)])


def message_id(mail: OutgoingMail) -> str:
    """The same each time the mail is tried: a mailbox that got it twice can show it once."""
    host = urlsplit(settings.BASE_URL).hostname
    return f"<mail-{mail.pk}-{mail.signature_id}@{host}>"
