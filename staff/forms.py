"""The forms for logging in with a second factor, and for setting one up."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp import user_has_device
from django_otp.models import Device
from wagtail.admin.forms import auth

from staff import second_factor
from staff.models import Phone


def explained(error: second_factor.WrongCode | second_factor.TooManyTries) -> ValidationError:
    """The error of a form that tells staff what to do."""
    if isinstance(error, second_factor.WrongCode):
        return ValidationError(
            _("This code is wrong or has expired. Please enter the one that your app shows now.")
        )
    seconds = error.args[0]
    text = ngettext(
        "There were too many wrong codes. Please wait a second, then enter a new one.",
        "There were too many wrong codes. Please wait %(seconds)d seconds, then enter a new one.",
        seconds,
    )
    return ValidationError(text % {"seconds": seconds})


class LoginForm(auth.LoginForm):
    """Wagtail's log-in form with a field for the code, required once the password is right.

    Wagtail uses the form that WAGTAILADMIN_USER_LOGIN_FORM names.
    """

    code = forms.CharField(
        required=False,
        max_length=20,
        label=_("Code of the second step"),
        help_text=_(
            "The six digits that your app shows, or a backup code. Leave this empty if you "
            "have not set up the second step yet."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.SECOND_FACTOR:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        user = self.get_user()
        if settings.SECOND_FACTOR and user and user_has_device(user):
            self.ask_for_code_alone()
            if not data.get("code"):
                text = _("Your account has a second step. Please enter the code from your app.")
                raise ValidationError(text)
            # django_otp reads this attribute when the user signs in.
            user.otp_device = self.device(data["code"])  # type: ignore[attr-defined]
        return data

    def device(self, code: str) -> Device:
        try:
            return second_factor.verify(self.get_user(), code)
        except second_factor.TooManyTries as error:
            raise explained(error) from None
        except second_factor.WrongCode as error:
            # A wrong code counts towards the lockout, like a wrong password.
            credentials = {"username": self.cleaned_data["username"]}
            user_login_failed.send(__name__, credentials=credentials, request=self.request)
            raise explained(error) from None

    def ask_for_code_alone(self) -> None:
        """Leave the password in its field, since it was right, and put the focus on the code.

        Wagtail's page shows errors above the form, and not at the field.
        """
        self.fields["password"].widget.render_value = True
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.fields["code"].widget.attrs["autofocus"] = ""


class SetUpForm(forms.Form):
    """Asks for a code, which proves that the phone has the key."""

    code = forms.CharField(
        max_length=20,
        label=_("The code that the app shows"),
        error_messages={"required": _("Please enter the six digits that your app shows.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": ""}
        ),
    )

    def __init__(self, device: Phone, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split())
        try:
            second_factor.check(self.device, code)
        except (second_factor.WrongCode, second_factor.TooManyTries) as error:
            raise explained(error) from None
        return code


class AgainForm(forms.Form):
    """Asks somebody who has signed in for a code once more."""

    code = forms.CharField(
        max_length=20,
        label=_("Code of the second step"),
        help_text=_("The six digits that your app shows now, or a backup code."),
        error_messages={"required": _("Please enter the six digits that your app shows.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": ""}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            second_factor.verify(self.user, code)
        except (second_factor.WrongCode, second_factor.TooManyTries) as error:
            raise explained(error) from None
        return code
