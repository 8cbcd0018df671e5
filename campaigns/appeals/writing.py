"""Writing to a representative: the form, what is stored, and the link that confirms it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.appeals import listing
from campaigns.appeals.appeal import MOST_OF_SUBJECT, NAME, Appeal, Representative, with_name
from campaigns.appeals.message import Message, MessageTry, keys_of, recent_tries
from campaigns.canonical_emails import normalise
from campaigns.moderation import screening
from campaigns.moderation.web_addresses import LINK, has_domain
from campaigns.signatures import daily_keys
from campaigns.signatures.conditions import UNCONFIRMED_FOR
from campaigns.signing.fields import NameField, PlainEmailField, PlainTextField, plain
from operations import keyring, locks

# The most messages from one mailbox that are accepted in a day.
MOST_OF_MAILBOX = 5
SIGNER = signing.Signer(salt="lastdrop.message", sep=".")


# The list may be replaced while a reader is filling in the form.
LIST_CHANGED = _(
    "The list of people to write to has changed in the meantime. Please check who you are writing "
    "to, and send your message again."
)
NO_ADDRESS = _("Please write this without a web address or an email address.")


class TooMany(Exception):
    """The network has reached its limit of messages for today."""


class BadMessageLink(Exception):
    """The link is malformed, or its message was deleted."""


class MessageForm(forms.Form):
    """The form of a message: the representative, the writer, and the text, which may be edited."""

    to: "forms.ModelChoiceField[Representative]" = forms.ModelChoiceField(
        queryset=Representative.objects.none(),
        label=pgettext_lazy("addressee", "To"),
        empty_label=None,
    )
    name = NameField()
    email = PlainEmailField()
    subject = PlainTextField(label=_("Subject"), max_length=MOST_OF_SUBJECT)
    text = PlainTextField(
        label=_("Your message"),
        max_length=4000,
        lines=True,
        widget=forms.Textarea(attrs={"rows": "12", "dir": "auto"}),
    )
    # Honeypot: people do not see this field.
    aside = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(
        self, appeal: Appeal, found: Sequence[Representative], data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.appeal, self.found = appeal, found
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        keys = [each.pk for each in found]
        field.queryset = Representative.objects.filter(pk__in=keys).order_by("name", "pk")
        field.error_messages["invalid_choice"] = LIST_CHANGED
        first = found[0]
        self.fields["name"].label, self.fields["email"].label = _("Name"), _("Email")
        self.initial = {
            "to": first.pk,
            "subject": first.subject if len(found) == 1 else appeal.subject,
            "text": first.proposed if len(found) == 1 else appeal.text,
        }
        if len(found) == 1:
            field.widget = forms.HiddenInput()
        else:
            told = _("%s will be replaced with the name of the person you choose.")
            for name, text in (("subject", appeal.subject), ("text", appeal.text)):
                if NAME in text:
                    self.fields[name].help_text = told % NAME

    def choose_anew(self) -> None:
        """If the chosen person has left the list, select the proposed one; keep what was typed."""
        if "to" in self.errors:
            self.data = {name: self.data.get(name) for name in self.data} | {
                "to": self.initial["to"]
            }

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        self.refuse_new_addresses(text)
        return text

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        self.refuse_new_addresses(subject)
        if "=?" in subject:  # a mail program would decode it (RFC 2047)
            raise ValidationError(NO_ADDRESS)
        return subject

    def refuse_new_addresses(self, text: str) -> None:
        """Raise ValidationError for URLs and email addresses that the appeal does not propose."""
        texts = [self.appeal.subject, self.appeal.text]
        texts += [text for each in self.found for text in (each.subject, each.proposed)]
        proposed = set(plain(" ".join(texts), lines=True).split())
        if any((LINK.search(w) or has_domain(w)) and w not in proposed for w in text.split()):
            raise ValidationError(NO_ADDRESS)


def write(appeal: Appeal, *, network: str | None, **typed: Any) -> None:
    """Store a message. The worker then asks its writer by email to confirm it.

    Raise TooMany if the limit of the network is reached. No message is stored, and the reader sees
    the same answer, if screening refuses the message, if the writer has already written to this
    representative, or if the mailbox has had too many of these emails; each of these counts for the
    limit, too. The allow list exempts from it.
    """
    to, mailbox, now = typed["to"], normalise(typed["email"]), timezone.now()
    hashed = daily_keys.network_hash(network, now.date()) if network else None
    found = screening.screen(mailbox, network=network, hashed=hashed, site="", trap=typed["aside"])
    with transaction.atomic():
        locks.wait("messages of appeals")  # so that simultaneous requests cannot exceed the limit
        if hashed and found is not None:
            if daily_keys.is_used_up(recent_tries(), network, hashed, settings.MESSAGES_A_DAY):
                raise TooMany
            MessageTry.objects.create(network_key=hashed, tried_at=now)
        if found:
            return
        keys = keys_of(typed["email"])
        today = Message.objects.filter(typed_at__gt=now - timedelta(days=1))
        is_done = confirmed(appeal, keys, to.email).exists()
        if is_done or today.filter(mailbox_key__in=keys).count() >= MOST_OF_MAILBOX:
            return
        Message.objects.create(
            appeal=appeal,
            area=to.area,
            recipient_name=to.name,
            recipient_email=to.email,
            mailbox_key=keys[0],
            subject=with_name(typed["subject"], to.name)[:MOST_OF_SUBJECT],
            text=with_name(typed["text"], to.name),
            **{name: typed[name] for name in ("name", "email")},
        )


def confirmed(appeal: Appeal, keys: list[bytes], to: str) -> QuerySet[Message]:
    """Return the confirmed messages from a mailbox to a representative."""
    rows = Message.objects.filter(appeal=appeal, mailbox_key__in=keys, recipient_email=to)
    return rows.exclude(confirmed_at=None)


def token_of(message: Message) -> str:
    return SIGNER.sign(message.pk.hex)


def find(token: str) -> Message:
    """Return the message of a link; raise BadMessageLink if the link is not valid."""
    try:
        key = UUID(SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        raise BadMessageLink from None
    rows = Message.objects.select_related("appeal__language").filter(pk=key)
    found = rows.first()
    is_over = (
        found and not found.confirmed_at and found.typed_at <= timezone.now() - UNCONFIRMED_FOR
    )
    if found is None or is_over:
        raise BadMessageLink
    return found


def readdress(message: Message) -> bool:
    """Set the representative's current email address; return False if they are no longer listed."""
    found = listing.present(
        message.appeal,
        area=message.area,
        name=message.recipient_name,
        email=message.recipient_email,
    )
    if found:
        message.recipient_email = found.email
    return found is not None


def confirm(message: Message) -> bool:
    """Let the message be sent; return whether it is to be sent or was. Repeating this is harmless.

    A representative gets one message from each mailbox: a second one is deleted.
    """
    now, email = timezone.now(), message.recipient_email
    rows = Message.objects.filter(pk=message.pk, confirmed_at=None)
    if keyring.is_rotating() and message.email:
        # The constraint cannot tell that two different keys belong to one mailbox.
        keys = keys_of(message.email)
        if confirmed(message.appeal, keys, email).exists():
            rows.delete()
    try:
        with transaction.atomic():
            rows.update(
                recipient_email=email, confirmed_at=now, due_at=now, started_at=None, attempts=0
            )
    except IntegrityError:  # another message to this representative was confirmed before
        rows.delete()
    return Message.objects.filter(pk=message.pk).exists()
