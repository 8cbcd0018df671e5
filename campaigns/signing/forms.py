"""The forms that the public signs with, and corrects what it signed."""

from copy import copy, deepcopy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.signing import typos
from campaigns.signing.fields import (
    CountryField,
    CountrySelect,
    NameField,
    PlainEmailField,
    PlainTextField,
    PostcodeInput,
    SharedFields,
    ShownField,
    country_names,
)
from campaigns.signing.postcodes import WITHOUT


class SignForm(forms.Form):
    """Asks what the petition asks. Knows nothing of who has signed."""

    # What the page asks by itself while somebody types (static/js/meant.js).
    ask_meant = _("Did you mean {email}?")
    domains = mark_safe(" ".join(typos.DOMAINS))

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
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    page = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1
    )

    def __init__(self, petition: Any, data: Any = None, *, page: Any = None) -> None:
        initial = {"version": petition.version and petition.version.pk, "page": page and page.pk}
        super().__init__(
            data,
            initial=initial,
            auto_id=f"sign-{petition.pk}-%s",
            label_suffix="",  # or Django looks for a translated colon, for each form
            use_required_attribute=True,
        )
        self.petition = petition
        original = petition.original
        for name in ("country", "postcode", "comment"):
            asked = getattr(original, f"{name}_field")
            if asked == "off":
                del self.fields[name]
            elif asked == "optional":
                self.change(name, required=False)
        if {"country", "postcode"} <= self.fields.keys():
            widget = deepcopy(self.fields["postcode"].widget)
            widget.attrs["data-without"] = " ".join(sorted(WITHOUT))
            self.change("postcode", widget=widget)
            if self.fields["postcode"].required:
                self.change("postcode", help_text=_("Where your country has none, leave it empty."))
        if original.offers_updates:
            self.change("updates", label=petition.texts.updates_label)
        else:
            del self.fields["updates"]
        if not original.shows_signers:
            del self.fields["is_shown"]
        self.change("consent", label=petition.consent)

    def change(self, name: str, **what: Any) -> None:
        """In this form alone: its fields are its class's."""
        field = self.fields[name] = copy(self.fields[name])
        vars(field).update(what)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # Nobody typed these: where they are spoilt, there is no field to put right.
        for name in ("page", "version", "website"):
            if self.errors.pop(name, None):
                data[name] = "spoilt" if name == "website" else None
        if data.get("country") in WITHOUT and not self.data.get("postcode", "").strip():
            self.errors.pop("postcode", None)
            data["postcode"] = ""
        if not self.petition.has_version(data["version"]):
            message = _(
                "The letter was changed or did not arrive whole. Please read it again, then sign."
            )
            raise ValidationError(message, code="version")
        return data

    @property
    def meant(self) -> SafeString | str:
        """The question whether the email was mistyped, where the form comes back; or nothing."""
        email = typos.meant(self.data.get("email", ""))
        if not email:
            return ""
        return format_html(str(self.ask_meant), email=format_html('<bdi dir="ltr">{}</bdi>', email))

    def renew(self) -> None:
        """Point to the words that are shown now: the page is about to show them again."""
        self.data = self.data.copy()
        self.data["version"] = self.petition.version.pk

    def cleaned_signature(self) -> dict[str, Any]:
        """What `signing.sign` takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "consent"}
        return data | {"trap": data.pop("website")}


SignForm.base_fields = SharedFields(SignForm.base_fields)


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
        if petition.original.offers_updates or signature.updates:
            self.fields["updates"].label = petition.texts.updates_label
        else:
            del self.fields["updates"]
        if not (petition.original.shows_signers or is_shown):
            del self.fields["is_shown"]
