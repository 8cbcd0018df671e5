"""The fields of the public forms, and the characters that they accept."""

import re
import unicodedata
from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from campaigns.canonical_emails import exact
from campaigns.moderation.web_addresses import LINK, has_domain

# Invisible characters, and those that reorder the text around them. U+200C and U+200D are part of
# words in Persian and in Indic scripts, and of emoji.
UNSEEN = set("\u200b\u200e\u200f\u2060\ufeff\u00ad\u180e\u3164\uffa0\u115f\u1160")
JOINERS = set("\u200c\u200d")
REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Separators between the digits of a number, as used in many countries: 1,200 or 1 200 or 1’200.
GROUPING = re.compile(r"(?<=\d)[\s.,'’٬](?=\d{3}(?!\d))")


def plain(text: str, *, lines: bool = False) -> str:
    """Return the text composed (NFC), trimmed and on one line, or on several lines with `lines`.

    Raises ValidationError for characters that nobody types and that would corrupt a list, an email
    or a spreadsheet: control characters, reordering marks, lone surrogates, private-use characters
    and noncharacters.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n") if lines else text)
    if text.isascii() and text.isprintable():
        return text.strip() if lines else " ".join(text.split())
    for character in text:
        if lines and character in "\n\t":
            continue
        kind = unicodedata.category(character)
        noncharacter = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
        if kind in ("Cc", "Cs", "Co", "Zl", "Zp") or noncharacter or character in REORDERING:
            raise ValidationError(
                _("This contains a character that cannot be stored. Please retype it.")
            )
        if character == "\ufffd":
            raise ValidationError(_("Some letters did not arrive as typed. Please retype them."))
    text = "".join(character for character in text if character not in UNSEEN)
    text = text.strip() if lines else " ".join(text.split())
    return text if set(text) - JOINERS - {" ", "\n"} else ""


class SharedFields(dict[str, forms.Field]):
    """The fields of a form class, shared by all its instances.

    An instance must replace a field with a copy before changing it. Django would copy all fields
    and their widgets for every form, which takes a tenth of the time of signing.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> dict[str, forms.Field]:
        return dict(self)


class Grouped(int):
    """A number for a sentence, which needs it for its plural and shows it as counts are shown."""

    def __str__(self) -> str:
        return intcomma(int(self))


class PlainTextField(forms.CharField):
    """A text field that composes (NFC) and trims its input, and rejects harmful characters."""

    default_error_messages = {
        "max_length": ngettext_lazy(
            "This is too long. Please write at most %(limit_value)s character.",
            "This is too long. Please write at most %(limit_value)s characters.",
            "limit_value",
        ),
    }

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value) or "", lines=self.lines)

    def run_validators(self, value: str) -> None:
        """Refuse a text that is too long at once: the validators read a text more than once."""
        if self.max_length is not None and len(value) > self.max_length:
            limit = {"limit_value": Grouped(self.max_length), "show_value": len(value)}
            raise ValidationError(self.error_messages["max_length"], "max_length", limit)
        super().run_validators(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return the attributes for the widget, without a limit for a text of several lines.

        A browser would cut a longer text that is pasted, and say nothing. The error names the
        limit, and the text stays in the form.
        """
        attrs: dict[str, Any] = super().widget_attrs(widget)
        if self.lines:
            attrs.pop("maxlength", None)
        return attrs


class DomainEmailValidator(EmailValidator):
    """Rejects IP addresses in brackets, and localhost: no email may go to our own machines.

    Overrides `validate_domain_part` of Django's EmailValidator, and its pattern of what stands
    before the @. Without regard to case, that also takes ſ for S and the Kelvin sign for K, with
    which an email address would pass for that of somebody else.
    """

    user_regex = re.compile(EmailValidator.user_regex.pattern, re.IGNORECASE | re.ASCII)
    domain_allowlist = []

    def validate_domain_part(self, domain_part: str) -> bool:
        return bool(self.domain_regex.match(domain_part))


# A phone must not change names, addresses and codes, which it does not know. Safari corrects words
# even where it does not check their spelling.
AS_TYPED = {"spellcheck": "false", "autocorrect": "off"}


class EmailTextInput(forms.TextInput):
    """An input whose email address arrives as it was typed.

    With `type="email"`, Chromium replaces the domain faß.de by fass.de, which is somebody else's.
    The pattern stands in for the browser's own check, and the title for its message.
    """

    def __init__(self, attrs: dict[str, Any]) -> None:
        typed = {"inputmode": "email", "autocapitalize": "none", **AS_TYPED}
        check = {"pattern": ".+@.+", "title": _("An email address contains an @ sign.")}
        super().__init__({**typed, **check, **attrs})


class PlainEmailField(forms.EmailField):
    default_validators = [DomainEmailValidator()]

    def __init__(self) -> None:
        super().__init__(
            max_length=254,
            widget=EmailTextInput({"autocomplete": "email", "placeholder": " ", "dir": "auto"}),
            error_messages={
                "required": _("Please give your email address."),
                "invalid": _(
                    "This does not look like an email address. Is a character missing, or is "
                    "there one too many?"
                ),
            },
        )

    def to_python(self, value: Any) -> str:
        return exact(plain(super().to_python(value) or ""))


def refuse_links(name: str) -> None:
    """Raise ValidationError if the name contains a link, an email address or a domain.

    A mail program decodes what follows `=?` in a header (RFC 2047).
    """
    if "=?" in name or LINK.search(name):
        text = _("Please give your name alone, without a link or an email address.")
        raise ValidationError(text, "link")
    if has_domain(name):
        raise ValidationError(
            _(
                "This looks like a web address. Please give your name alone. If there is a "
                "dot in it, write a space after the dot."
            ),
            "domain",
        )


def refuse_addresses(text: str) -> None:
    """Raise ValidationError as `refuse_links` does, for texts that are not a person's name."""
    if LINK.search(text) or has_domain(text):
        raise ValidationError(
            _(
                "Please write this without a web address or an email address. If there is a dot in "
                "it, write a space after the dot."
            )
        )


class NameField(PlainTextField):
    """A person's name.

    The blank placeholder lets the style sheet detect whether anything was typed.
    """

    default_validators = [
        refuse_links,
        RegexValidator(
            r"[^\W\d_]",
            message=_("Please give your name, with at least one letter."),
            code="letter",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(
            max_length=120,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "name",
                    "autocapitalize": "words",
                    "placeholder": " ",
                    "dir": "auto",
                    **AS_TYPED,
                }
            ),
            error_messages={"required": _("Please give your name.")},
        )


class PostcodeInput(forms.TextInput):
    def use_required_attribute(self, initial: Any) -> bool:
        """Return False beside a country field: not all countries have postcodes."""
        return "data-without" not in self.attrs


class PostcodeField(PlainTextField):
    def __init__(self) -> None:
        super().__init__(
            max_length=20,
            widget=PostcodeInput(
                attrs={
                    "autocomplete": "postal-code",
                    "autocapitalize": "characters",
                    "size": "12",
                    "dir": "auto",
                    **AS_TYPED,
                }
            ),
            error_messages={"required": _("Please give your postcode.")},
        )


class AffiliationField(PlainTextField):
    """The organisation that a signer belongs to; it may be shown in public."""

    default_validators = [
        refuse_addresses,
        RegexValidator(r"[^\W\d_]", message=_("Please give a name, with at least one letter.")),
    ]

    def __init__(self) -> None:
        super().__init__(
            label=_("Organisation"),
            max_length=120,
            widget=forms.TextInput(
                attrs={"autocomplete": "organization", "dir": "auto", **AS_TYPED}
            ),
            error_messages={"required": _("Please give the name of your organisation.")},
        )


class CommentField(PlainTextField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Why are you signing?"),
            max_length=1000,
            lines=True,
            widget=forms.Textarea(attrs={"rows": "3", "dir": "auto"}),
            error_messages={"required": _("Please write a sentence.")},
        )


class NumberField(forms.IntegerField):
    """A whole number in any common spelling, with either minus sign before it.

    For Django alone “5.000” is 5, which is a goal of five in German.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """Remove separators and normalise the minus sign; Django calls this with the input."""
        typed = "" if value is None else str(value)
        return super().to_python(GROUPING.sub("", typed.strip().replace("−", "-")))
