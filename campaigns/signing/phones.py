"""The field for a phone number, which is parsed leniently, and the consent to be called."""

import re

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat

from campaigns.signing.fields import PlainTextField

LONGEST = 30
# Digits of any script, and the characters that people write between them.
TYPED = re.compile(r"[+＋]?[\d\s().\-–/\u2010-\u2015\u200e\u200f]*")
FEWEST_DIGITS = 6


def international(typed: str, country: str) -> str:
    """Return the number in international format, or as it was typed if its country is unknown.

    `country` is the code of the signer's country, or "". Raises ValidationError if this cannot be a
    phone number. It is not checked whether the number is in use.
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
        # Many countries use two zeros as the prefix for international calls.
        number = phonenumbers.parse(re.sub("^00", "+", typed), country or None)
    except NumberParseException:
        raise wrong from None
    if not phonenumbers.is_possible_number(number):
        raise wrong
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


class PhoneField(PlainTextField):
    """A phone number; `read_phone` parses it with the help of the country."""

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
    """Accept a phone number only with the consent to be called; drop the consent from the data.

    With `is_withdrawn`, a box without a tick withdraws the consent, and the number becomes "".
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
    """Return the fields, with the consent to be called below the phone number."""
    consent = forms.BooleanField(required=False)
    placed = {}
    for name, field in found.items():
        placed[name] = field
        if name == "phone":
            placed["phone_consent"] = consent
    return placed
