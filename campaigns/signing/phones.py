"""The field for a phone number, which is read leniently, with the consent to be called."""

import re

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat

from campaigns.signing.fields import PlainTextField

LONGEST = 30
# What people write between the digits, which may be those of any script.
TYPED = re.compile(r"[+＋]?[\d\s().\-–/\u2010-\u2015\u200e\u200f]*")
FEWEST_DIGITS = 6


def international(typed: str, country: str) -> str:
    """The number as it is dialled from abroad; as it was typed where its country is not known.

    `country` is the code of the signer's country, or "". Raises ValidationError for what cannot be
    a number. Whether somebody has that number is not asked.
    """
    wrong = ValidationError(
        _("This does not look like a phone number. Please write it with digits: +254 20 123456.")
    )
    if not TYPED.fullmatch(typed) or sum(sign.isdigit() for sign in typed) < FEWEST_DIGITS:
        raise wrong
    is_whole = typed.startswith(("+", "＋", "00"))
    if not (is_whole or country):
        return typed
    try:
        # The two zeros with which many countries dial abroad.
        number = phonenumbers.parse(re.sub("^00", "+", typed), country or None)
    except NumberParseException:
        raise wrong from None
    if not phonenumbers.is_possible_number(number):
        raise wrong
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


class PhoneField(PlainTextField):
    """A phone number; `read_phone` reads it together with the country."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Phone"),
            required=False,
            max_length=LONGEST,
            widget=forms.TextInput(
                attrs={"type": "tel", "autocomplete": "tel", "spellcheck": "false", "dir": "ltr"}
            ),
        )


def read_phone(form: forms.Form, *, is_withdrawn: bool = False) -> None:
    """Accept a phone number only with the consent to be called, which goes no further itself.

    `is_withdrawn` says that a consent is taken back where the box has no tick.
    """
    typed, agrees = form.cleaned_data.get("phone"), form.cleaned_data.pop("phone_consent", False)
    if not typed:
        return
    if agrees:
        country = form.cleaned_data.get("country") or ""
        try:
            form.cleaned_data["phone"] = international(typed, country)
        except ValidationError as error:
            form.add_error("phone", error)
    elif is_withdrawn:
        form.cleaned_data["phone"] = ""
    else:
        message = _("Please tick this box if we may call you, or leave the phone number empty.")
        form.add_error("phone_consent", message)


def with_phone_consent(found: dict[str, forms.Field]) -> dict[str, forms.Field]:
    """The fields, with the consent to be called below the phone number."""
    consent = forms.BooleanField(required=False)
    placed = {}
    for name, field in found.items():
        placed[name] = field
        if name == "phone":
            placed["phone_consent"] = consent
    return placed
