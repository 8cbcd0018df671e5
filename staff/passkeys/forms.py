"""The form for a new passkey, and the hidden field for the response of a passkey."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Answer(forms.HiddenInput):
    """A field for js/passkey.js. A response is valid once, so the page does not repeat it."""

    def format_value(self, value: object) -> None:
        return None


class PasskeyForm(forms.Form):
    """The form for a name; js/passkey.js adds the response of the browser."""

    name = forms.CharField(
        max_length=64,
        label=_("A name for the passkey"),
        help_text=_("By which you will know it again, such as “Laptop” or “Blue key”."),
        error_messages={"required": _("Please give the passkey a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": ""}),
    )
    passkey = forms.CharField(
        widget=Answer,
        error_messages={
            "required": _(
                "Your browser has created no passkey. It needs JavaScript, and a lock on this "
                "device or a security key."
            )
        },
    )

    def clean(self) -> None:
        """Do not say that there is no passkey: without a name, js/passkey.js asks for none."""
        if "name" in self.errors:
            self.errors.pop("passkey", None)
