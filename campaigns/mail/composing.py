"""Composes emails to signers from the data at the time of sending."""

from collections.abc import Hashable
from copy import copy
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext

from campaigns.bounces import return_path
from campaigns.caching import cached
from campaigns.mail import new_emails, placeholders
from campaigns.mail.inline import Mail
from campaigns.mail.outbox import OutgoingMail
from campaigns.mail.placeholders import Pattern
from campaigns.pages import timeline
from campaigns.pages.next_steps import next_campaigns
from campaigns.pages.stories import story_url
from campaigns.paragraphs import labelled
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.sharing.links import share_code, share_links, sourced, words_to_read
from campaigns.sharing.links import words as share_words
from campaigns.signatures import short_codes, tokens
from campaigns.signatures.signature import Signature

Kind = OutgoingMail.Kind
# The source code of the links to the next step.
SOURCE = "thanks-mail"
# The purposes of the links, each of which is a placeholder in the email.
LINKS = ("confirm", "manage", "withdraw", "email")


def purpose_of(kind: str) -> str:
    """Return what the short code in an email of this kind does; "" if the email has no code."""
    if kind == Kind.NEW_EMAIL:
        return ""
    return "confirm" if kind in (Kind.CONFIRM, Kind.REMINDER) else "manage"


def compose(mail: OutgoingMail) -> Mail:
    """Compose the email in plain text and HTML, in the signer's language.

    The subject contains nothing that the signer typed. Neither does the email of thanks, nor an
    email to anybody who has not proven that they read the mailbox: somebody else may have typed it.
    """
    signature = mail.signature
    if mail.kind == Kind.NEW_EMAIL:
        # The signature as it will be once the new mailbox is confirmed; the row stays unchanged.
        new = new_emails.waiting().get(signature=signature)
        signature = copy(signature)
        signature.email, signature.link_key = new.email, new.key
    message = write(mail.kind, signature, signature.petition)
    message.extra_headers["Message-ID"] = message_id(mail)
    if mail.kind not in new_emails.KINDS:
        # The return path identifies a signature, but not to which of two mailboxes the email went.
        return_path.put(message, mail.signature_id)
    return message


def sample(petition: Petition, kind: str, *, name: str, email: str) -> Mail:
    """Return a sample of the email to a signer, for somebody who has not signed: its links fail."""
    language = petition.locale.language_code
    now = timezone.now()
    nobody = Signature(name=name, email=email, language=language, signed_at=now)
    nobody.petition = petition
    if kind == Kind.ALREADY:
        nobody.confirmed_at = nobody.proven_at = now
    return write(kind, nobody, petition, is_sample=True)


def write(kind: str, signature: Signature, petition: Petition, *, is_sample: bool = False) -> Mail:
    """Compose the email in the signer's language, with the texts of `petition`.

    The rendered templates are cached for many signers, except for a sample, which may be of a
    draft.
    """
    assert signature.email is not None  # `is_wanted` excludes anonymised signers
    is_named = signature.is_proven and kind != Kind.NEW_EMAIL and bool(signature.name)
    key = ("mail", *likeness(kind, signature, petition), is_named)
    if is_sample:
        pattern = render(kind, signature, petition, is_named=is_named)
    else:
        pattern = cached(key, lambda: render(kind, signature, petition, is_named=is_named))
    values = {place: own(place, kind, signature) for place in pattern.names}
    message = Mail(
        subject=pattern.subject,
        body=placeholders.filled(pattern.text, values),
        to=[signature.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    escaped = {place: escape(value) for place, value in values.items()}
    message.attach_alternative(placeholders.filled(pattern.html, escaped), "text/html")
    return message


def likeness(kind: str, signature: Signature, petition: Petition) -> tuple[Hashable, ...]:
    """Return what an email depends on besides its placeholders, as part of a cache key."""
    shared = (kind, petition.pk, signature.language)
    if kind == Kind.REMINDER:
        return (*shared, timezone.localtime(signature.signed_at).date())
    return (*shared, signature.page_id, signature.source) if kind == Kind.THANKS else shared


def own(place: str, kind: str, signature: Signature) -> str:
    """Return the value of a placeholder for one signer."""
    if place == "name":
        return signature.name or ""
    if place == "code":
        return short_codes.code_of(purpose_of(kind) or "manage", signature)
    return link(place.removesuffix("_url"), signature)


def render(kind: str, signature: Signature, petition: Petition, *, is_named: bool) -> Pattern:
    """Render the email for all signers with one likeness, with placeholders for their own data."""
    with translation.override(signature.language):
        context: dict[str, Any] = {
            "name": placeholders.place("name") if is_named else "",
            "petition": petition,
            "texts": petition.texts,
            "reminder_text": reminder_text(signature, petition) if kind == Kind.REMINDER else "",
            "subject": subject(kind, petition),
            **{f"{purpose}_url": placeholders.place(f"{purpose}_url") for purpose in LINKS},
            "code": placeholders.place("code"),
            "code_purpose": purpose_of(kind),
            "code_url": settings.BASE_URL + reverse("code"),
            **(after_signing(petition, signature) if kind == Kind.THANKS else {}),
        }
        text, html = (
            placeholders.PLACE.split(render_to_string(f"mails/{kind}.{ending}", context))
            for ending in ("txt", "html")
        )
    return Pattern(context["subject"], text, html)


def after_signing(petition: Petition, signature: Signature) -> dict[str, Any]:
    """Return what a signer can do next: share the story, and take the next step.

    The links to share contain a channel and how often the story was passed on, but nothing about
    the person who shares (docs/adr/0032-sources-without-cookies.md). The next step is the first
    call to action of the editors, or else the next campaign to sign.
    """
    story, came_by = story_url(petition, page=signature.page_id), signature.source
    is_paused, title = petition.state == State.PAUSED, petition.title
    words = words_to_read(title) if is_paused else share_words(petition.texts, title)
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
        "ended": timeline.ended_words(petition),
        "words": petition.texts.paused_notice if is_paused else petition.texts.thanks_mail_text,
        "share_url": sourced(settings.BASE_URL + petition.url_path("thanks"), came_by),
        "share_links": share_links(story, words, came_by=came_by),
        "story_url": sourced(story, share_code("link", came_by)),
        "ended_url": story,
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
        Kind.NEW_EMAIL: gettext("Please confirm your new email address"),
        Kind.OLD_EMAIL: gettext("A new email address was asked for"),
    }
    return labelled(" ".join(leads[kind].split()), " ".join(petition.title.split()))


def reminder_text(signature: Signature, petition: Petition) -> str:
    day = date_format(timezone.localtime(signature.signed_at))
    return petition.texts.reminder_text.replace("{day}", day)


def link(purpose: str, signature: Signature) -> str:
    return tokens.link(purpose, signature.token(purpose))


def message_id(mail: OutgoingMail) -> str:
    """Return the Message-ID, the same for each attempt, so that mail programs hide duplicates."""
    host = urlsplit(settings.BASE_URL).hostname
    return f"<mail-{mail.pk}-{mail.signature_id}@{host}>"
