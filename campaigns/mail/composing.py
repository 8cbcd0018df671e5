"""Composes the mails to signers, from the data of the moment at which they are sent."""

from copy import copy
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from campaigns.bounces import return_path
from campaigns.caching import cached
from campaigns.mail import new_emails
from campaigns.mail.inline import Mail
from campaigns.mail.outbox import OutgoingMail
from campaigns.pages.next_steps import next_campaigns
from campaigns.pages.stories import story_url
from campaigns.petitions.petition import Petition
from campaigns.sharing.links import share_code, share_links, sourced
from campaigns.sharing.links import words as share_words
from campaigns.signatures import codes
from campaigns.signatures.signature import Signature

Kind = OutgoingMail.Kind
# The source code of the links to the next step.
SOURCE = "thanks-mail"


def kind_of(mail: OutgoingMail) -> str:
    """What a mail is by now: another link would only worry a signer who has confirmed."""
    if mail.kind == Kind.CONFIRM and mail.signature.confirmed_at:
        return Kind.ALREADY
    return mail.kind


def purpose_of(kind: str) -> str:
    """What the short code in a mail of this kind does; "" where it shows none."""
    if kind == Kind.NEW_EMAIL:
        return ""
    return "confirm" if kind in (Kind.CONFIRM, Kind.REMINDER) else "manage"


def compose(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail in plain text and HTML, in the signer's language.

    The subject contains nothing that the signer typed. Neither does the mail of thanks, nor a mail
    to somebody who has not shown that they read the mailbox, since a stranger may have typed it.
    """
    signature = mail.signature
    if mail.kind == Kind.NEW_EMAIL:
        # As it will be once the new mailbox is confirmed; the row itself stays as it is.
        new = new_emails.waiting().get(signature=signature)
        signature = copy(signature)
        signature.email, signature.link_key = new.email, new.key
    message = write(kind_of(mail), signature, signature.petition)
    message.extra_headers["Message-ID"] = message_id(mail)
    if mail.kind not in new_emails.KINDS:
        # A return path says whose signature it is, and not to which of two mailboxes the mail went.
        return_path.put(message, mail.signature_id)
    return message


def sample(petition: Petition, kind: str, *, name: str, email: str) -> EmailMultiAlternatives:
    """A mail as a signer would get it, for somebody who has not signed: its links do not work."""
    language = petition.locale.language_code
    now = timezone.now()
    nobody = Signature(name=name, email=email, language=language, signed_at=now)
    nobody.petition = petition
    if kind == Kind.ALREADY:
        nobody.confirmed_at = now
    return write(kind, nobody, petition)


def write(kind: str, signature: Signature, petition: Petition) -> EmailMultiAlternatives:
    """The mail in the signer's language; `petition` decides about its texts."""
    assert signature.email is not None  # `is_wanted` has refused mails to anonymised signers.
    with translation.override(signature.language):
        context: dict[str, Any] = {
            "signature": signature,
            "name": signature.name if signature.is_proven and kind != Kind.NEW_EMAIL else "",
            "petition": petition,
            "texts": petition.texts,
            "reminder_text": reminder_text(signature, petition),
            "subject": subject(kind, petition),
            "confirm_url": link("confirm", signature),
            "manage_url": link("manage", signature),
            "withdraw_url": link("withdraw", signature),
            "email_url": link("email", signature),
            "code": codes.code_of(purpose_of(kind) or "manage", signature),
            "code_purpose": purpose_of(kind),
            "code_url": settings.BASE_URL + reverse("code"),
            **(after_signing(petition, signature) if kind == Kind.THANKS else {}),
        }
        template = f"mails/{kind}"
        message = Mail(
            subject=context["subject"],
            # Django marks the output of a template as safe for HTML, which plain text is not. The
            # concatenation makes it a normal string.
            body=render_to_string(f"{template}.txt", context) + "",
            to=[signature.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def after_signing(petition: Petition, signature: Signature) -> dict[str, Any]:
    """What a signer can do next: pass the story on, and the next step.

    The links to share carry a channel and how often the story was passed on, and nothing of who
    shares (docs/adr/0032-sources-without-cookies.md).
    The next step is the first call to action of the editors, or else the campaign to sign next.
    """
    story, came_by = story_url(petition, page=signature.page_id), signature.source
    calls = [
        block.value
        for block in petition.texts.blocks or []
        if block.block_type == "call_to_action" and block.value.onward_url()
    ]
    found = [(call["text"], call["label"], call.onward_url(SOURCE)) for call in calls]
    if not found:
        key = f"next-step-{petition.pk}"
        campaigns = cached(key, lambda: next_campaigns(petition, limit=1))
        label = gettext("Read and sign")
        found = [(page.title, label, sourced(page.url, SOURCE)) for page in campaigns]
    return {
        "share_url": sourced(settings.BASE_URL + petition.url_path("thanks"), came_by),
        "share_links": share_links(
            story, share_words(petition.texts, petition.title), came_by=came_by
        ),
        "story_url": sourced(story, share_code("link", came_by)),
        "next_steps": [
            {"text": text, "label": label, "url": urljoin(settings.BASE_URL, url)}
            for text, label, url in found[:1]
        ],
    }


def subject(kind: str, petition: Petition) -> str:
    texts = petition.texts
    leads: dict[str, str] = {
        Kind.CONFIRM: texts.confirm_subject,
        Kind.THANKS: texts.thanks_subject,
        Kind.ALREADY: texts.already_subject,
        Kind.REMINDER: texts.reminder_subject,
        Kind.NEW_EMAIL: gettext("Please confirm your new email"),
        Kind.OLD_EMAIL: gettext("A new email was asked for"),
    }
    return " ".join(f"{leads[kind]}: {petition.title}".split())


def reminder_text(signature: Signature, petition: Petition) -> str:
    day = date_format(timezone.localtime(signature.signed_at))
    return petition.texts.reminder_text.replace("{day}", day)


def link(purpose: str, signature: Signature) -> str:
    return settings.BASE_URL + reverse(purpose, args=[signature.token(purpose)])


def message_id(mail: OutgoingMail) -> str:
    """The Message-ID, the same at each attempt, so that mail programs can hide a duplicate."""
    host = urlsplit(settings.BASE_URL).hostname
    return f"<mail-{mail.pk}-{mail.signature_id}@{host}>"
