"""The form that the public signs with."""

import unicodedata
from functools import cache, lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from campaigns import mistyping
from campaigns.postcodes import WITHOUT

# A link or an email in a name is somebody else's advertisement in our mail.
LINK = r"://|@|(?i:\bwww\.)|\w{2,}\.[a-z]{2,}|(?i:\w\.(com|net|org|info|biz|ru|xyz)\b)"
# Characters that reorder or hide what is beside them; U+200C and U+200D are letters' own in
# Persian, in Indic scripts and in emoji families.
UNSEEN = set("\u200b\u200e\u200f\u2060\ufeff\u00ad\u180e\u3164\uffa0\u115f\u1160")
JOINERS = set("\u200c\u200d")
REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str, *, lines: bool = False) -> str:
    """The text composed (NFC), trimmed and on one line, or on several where it may be.

    Raises ValidationError for characters that nobody types and that would harm a list, a mail or
    a spreadsheet: controls, reordering marks, lone surrogates, private ones and noncharacters.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n") if lines else text)
    for character in text:
        if lines and character in "\n\t":
            continue
        kind = unicodedata.category(character)
        noncharacter = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
        if kind in ("Cc", "Cs", "Co", "Zl", "Zp") or noncharacter or character in REORDERING:
            raise ValidationError(_("A character in it cannot be kept. Please retype it."))
        if character == "\ufffd":
            raise ValidationError(_("Some letters did not arrive as typed. Please retype them."))
    text = "".join(character for character in text if character not in UNSEEN)
    text = text.strip() if lines else " ".join(text.split())
    return text if set(text) - JOINERS - {" ", "\n"} else ""


class PlainTextField(forms.CharField):
    """Text as people type it: composed, trimmed, without characters that harm."""

    default_error_messages = {
        "max_length": _("This is too long: %(limit_value)s characters at most, please."),
    }

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value), lines=self.lines)


class DomainEmailValidator(EmailValidator):
    """Neither at an address in brackets nor at localhost: no stranger writes to our own machines."""

    domain_allowlist = []

    def validate_domain_part(self, domain_part: str) -> bool:
        return bool(self.domain_regex.match(domain_part))


class PlainEmailField(forms.EmailField):
    default_validators = [DomainEmailValidator()]

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value))


class NameField(PlainTextField):
    default_validators = [
        RegexValidator(
            LINK,
            inverse_match=True,
            message=_("Please give your name alone, without a link or an email."),
        ),
        RegexValidator(
            r"[^\W\d_]", message=_("Please give your name; it needs one letter at least.")
        ),
    ]

    def __init__(self) -> None:
        super().__init__(
            label=_("Name"),
            max_length=120,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "name",
                    "autocapitalize": "words",
                    "spellcheck": "false",
                    "dir": "auto",
                }
            ),
            error_messages={"required": _("Please give your name.")},
        )


@cache
def country_names(language: str) -> dict[str, str]:
    """The countries in their order in a language: sorted once, not for every form."""
    return {"": str(_("Choose your country")), **{code: str(name) for code, name in countries}}


@lru_cache(maxsize=100)
def country_options(language: str, chosen: str | None) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (code, flatatt({"selected": code == chosen}), name)
            for code, name in country_names(language).items()
        ),
    )


class CountrySelect(forms.Select):
    """Django renders a template for each of 250 options: a quarter of a campaign page's time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        language = get_language()
        chosen = value or ""
        if chosen not in country_names(language):
            chosen = None  # whatever strangers make up is one answer to keep
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        options = country_options(language, chosen)
        return format_html("<select{}>{}</select>", attributes, options)


class CountryField(forms.ChoiceField):
    def valid_value(self, value: Any) -> bool:
        """Looked up, where Django goes through all 250."""
        return value in country_names(get_language())


class PostcodeInput(forms.TextInput):
    def use_required_attribute(self, initial: Any) -> bool:
        """The browser does not know which countries have none."""
        return "data-without" not in self.attrs


class ShownField(forms.BooleanField):
    """A consent of its own, never ticked beforehand: what it says is what `showing` does."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            # Translators: signers may be persecuted for it. Say exactly what everybody will read:
            # the first word of a name, the first letter of its last word, the country.
            label=_("Show everybody that I signed, as in “Amina K., Kenya”."),
            help_text=_(
                "The first word of your name, the first letter of the last, and your country if "
                "you give it. You can take it back at any time, but copies may stay."
            ),
        )


class SignForm(forms.Form):
    """Asks what the petition asks. Knows nothing of who has signed."""

    # What the page asks by itself while somebody types (static/js/meant.js).
    ask_meant = _("Did you mean {email}?")
    domains = mark_safe(" ".join(mistyping.DOMAINS))

    name = NameField()
    email = PlainEmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(
            attrs={
                "autocomplete": "email",
                "inputmode": "email",
                "spellcheck": "false",
                "dir": "auto",
            }
        ),
        error_messages={
            "required": _("Please give your email."),
            "invalid": _("This is not an email as we know them. Is something missing or too much?"),
        },
    )
    country = CountryField(
        label=_("Country"),
        choices=lambda: [*country_names(get_language()).items()],
        widget=CountrySelect(attrs={"autocomplete": "country"}),
        error_messages={
            "required": _("Please choose your country."),
            "invalid_choice": _("Please choose a country from the list."),
        },
    )
    postcode = PlainTextField(
        label=_("Postcode"),
        max_length=20,
        widget=PostcodeInput(
            attrs={
                "autocomplete": "postal-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "size": "12",
                "dir": "auto",
            }
        ),
        error_messages={"required": _("Please give your postcode.")},
    )
    comment = PlainTextField(
        label=_("Why do you sign?"),
        max_length=1000,
        lines=True,
        widget=forms.Textarea(attrs={"rows": "3", "dir": "auto"}),
        error_messages={"required": _("Please write a sentence.")},
    )
    # People do not see it; machines that fill in everything do.
    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    updates = forms.BooleanField(required=False)
    is_shown = ShownField()
    consent = forms.BooleanField(
        error_messages={"required": _("Please tick the box: without it we may not keep your name.")}
    )
    wording = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    page = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1
    )

    def __init__(self, petition: Any, data: Any = None, *, page: Any = None) -> None:
        initial = {"wording": petition.wording and petition.wording.pk, "page": page and page.pk}
        super().__init__(
            data, initial=initial, auto_id=f"sign-{petition.pk}-%s", use_required_attribute=True
        )
        rules, words = petition.rules, petition.words
        for name in ("country", "postcode", "comment"):
            asked = getattr(rules, f"{name}_field")
            if asked == "off":
                del self.fields[name]
            else:
                self.fields[name].required = asked == "required"
        if {"country", "postcode"} <= self.fields.keys():
            self.fields["postcode"].widget.attrs["data-without"] = " ".join(sorted(WITHOUT))
            if self.fields["postcode"].required:
                self.fields["postcode"].help_text = _(
                    "Where your country has none, leave it empty."
                )
        if not rules.offers_updates:
            del self.fields["updates"]
        else:
            self.fields["updates"].label = words.updates_label
        if not rules.shows_signers:
            del self.fields["is_shown"]
        self.fields["consent"].label = petition.consent
        self.petition = petition

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # Nobody typed these: where they are spoilt, there is no field to put right.
        for name in ("page", "wording", "website"):
            if self.errors.pop(name, None):
                data[name] = "spoilt" if name == "website" else None
        if data.get("country") in WITHOUT and not self.data.get("postcode", "").strip():
            self.errors.pop("postcode", None)
            data["postcode"] = ""
        if not self.petition.has_wording(data["wording"]):
            message = _(
                "The letter was changed or did not arrive whole. Please read it again, then sign."
            )
            raise ValidationError(message, code="wording")
        return data

    @property
    def meant(self) -> SafeString | str:
        """The question whether the email was mistyped, where the form comes back; or nothing."""
        email = mistyping.meant(self.data.get("email", ""))
        if not email:
            return ""
        return format_html(str(self.ask_meant), email=format_html('<bdi dir="ltr">{}</bdi>', email))

    def renew(self) -> None:
        """Point to the words that are shown now: the page is about to show them again."""
        self.data = self.data.copy()
        self.data["wording"] = self.petition.wording.pk

    def cleaned_signature(self) -> dict[str, Any]:
        """What `signing.sign` takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "consent"}
        return data | {"trap": data.pop("website")}


class CorrectForm(forms.Form):
    """What a signer may change later. What they once said yes to they may always say no to."""

    name = NameField()
    updates = forms.BooleanField(required=False)
    is_shown = ShownField()

    def __init__(self, signature: Any, data: Any = None) -> None:
        is_shown = signature.shown_as is not None
        initial = {"name": signature.name, "updates": signature.updates, "is_shown": is_shown}
        super().__init__(data, initial=initial, use_required_attribute=True)
        petition = signature.petition
        if petition.rules.offers_updates or signature.updates:
            self.fields["updates"].label = petition.words.updates_label
        else:
            del self.fields["updates"]
        if not (petition.rules.shows_signers or is_shown):
            del self.fields["is_shown"]
