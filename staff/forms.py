"""The forms for signing in with a second factor, and for setting up a phone."""

import math
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp import user_has_device
from django_otp.models import Device
from wagtail.admin.forms import auth

from staff import recent_second_factor, second_factor, security_mails
from staff.models import Phone
from staff.passkeys import verifying
from staff.passkeys.forms import Answer


def explained(error: second_factor.WrongCode | second_factor.TooManyTries) -> ValidationError:
    """Return a form error that tells staff what to do."""
    if isinstance(error, second_factor.WrongCode):
        return ValidationError(
            _(
                "This code is wrong, has expired or was used already. Please enter the one that "
                "your app shows now; if you have used that one, please wait for the next."
            )
        )
    seconds = error.args[0]
    if seconds > 60:
        minutes = math.ceil(seconds / 60)
        text = ngettext(
            "There were too many wrong codes. Please wait a minute, then enter a new one.",
            "There were too many wrong codes. Please wait %(minutes)d minutes, then enter a new "
            "one.",
            minutes,
        )
        return ValidationError(text % {"minutes": minutes})
    text = ngettext(
        "There were too many wrong codes. Please wait a second, then enter a new one.",
        "There were too many wrong codes. Please wait %(seconds)d seconds, then enter a new one.",
        seconds,
    )
    return ValidationError(text % {"seconds": seconds})


def refused_passkey() -> ValidationError:
    return ValidationError(
        _("This passkey was not accepted. Please try again, or enter a code instead.")
    )


class LoginForm(auth.LoginForm):
    """Wagtail's login form with a code or a passkey, required once the password is correct.

    Wagtail uses the form that WAGTAILADMIN_USER_LOGIN_FORM names.
    """

    request: HttpRequest  # set by Wagtail's view
    # The WebAuthn options for a passkey; empty until the password is correct.
    question = ""

    code = forms.CharField(
        required=False,
        max_length=20,
        label=_("Code of the second step"),
        help_text=_(
            "The six digits that your app shows, or a backup code. Leave this empty if you use a "
            "passkey, or have not set up the second step yet."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    passkey = forms.CharField(required=False, widget=Answer)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")  # Wagtail lacks some translations.
        if not settings.SECOND_FACTOR:
            del self.fields["code"], self.fields["passkey"]

    @property
    def provider_label(self) -> str:
        """The label of the button that leads to the provider; empty if there is none."""
        if not settings.SSO_ISSUER:
            return ""
        return settings.SSO_LABEL or gettext("Sign in with your organisation’s account")

    @property
    def takes_passwords(self) -> bool:
        return not settings.SSO_ONLY

    def clean(self) -> dict[str, Any]:
        if settings.SSO_ONLY:
            raise ValidationError(
                _("You cannot sign in with a password here. Please use the button.")
            )
        data = super().clean()
        user = self.get_user()
        if settings.SECOND_FACTOR and user and user_has_device(user):
            try:
                # django_otp reads this attribute when the user signs in.
                user.otp_device = self.device(user)  # type: ignore[attr-defined]
            except ValidationError:
                self.ask_for_second_step_alone(user)
                raise
        return data

    def device(self, user: User) -> Device:
        code, answer = self.cleaned_data.get("code"), self.cleaned_data.get("passkey")
        try:
            if answer:
                return verifying.verify(self.request, user, answer)
            if code:
                return second_factor.verify(user, code)
        except second_factor.TooManyTries as error:
            raise explained(error) from None
        except second_factor.WrongCode as error:
            self.note_failure()
            raise explained(error) from None
        except verifying.Refused:
            self.note_failure()
            raise refused_passkey() from None
        if second_factor.passkeys(user).exists() and verifying.are_possible(self.request):
            text = _("Your account has a second step. Please use your passkey, or enter a code.")
        else:
            text = _("Your account has a second step. Please enter the code from your app.")
        raise ValidationError(text)

    def note_failure(self) -> None:
        """Let a wrong code or passkey count towards the lockout, as a wrong password does."""
        credentials = {"username": self.cleaned_data["username"]}
        user_login_failed.send(__name__, credentials=credentials, request=self.request)

    def ask_for_second_step_alone(self, user: User) -> None:
        """Leave the password in its field, since it was correct, and put the focus on the code.

        Wagtail's template shows errors above the form instead of beside the field.
        """
        self.question = verifying.question(self.request, user)
        self.fields["password"].widget.render_value = True
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.fields["code"].widget.attrs["autofocus"] = ""


class PasswordResetForm(auth.PasswordResetForm):
    """Wagtail's form for a forgotten password, with a link that the worker sends.

    Wagtail uses the form that WAGTAILADMIN_USER_PASSWORD_RESET_FORM names. Django would send the
    email during the request, and lose it without a word if the mail server does not accept it.
    """

    def save(self, *args: Any, **kwargs: Any) -> None:
        security_mails.send_password_link(self.cleaned_data["email"])


class SetUpForm(forms.Form):
    """The form for a code, which proves that the phone has the key."""

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
    """The form in which a user who is signed in shows a code or a passkey again."""

    code = forms.CharField(
        required=False,
        max_length=20,
        label=_("Code of the second step"),
        help_text=_("The six digits that your app shows now, or a backup code."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": ""}),
    )
    passkey = forms.CharField(required=False, widget=Answer)

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user
        # The device that was used, once the form is valid.
        self.device: Device | None = None

    def clean(self) -> None:
        """Add errors to the field of the code, which every browser shows."""
        code, answer = self.cleaned_data.get("code"), self.cleaned_data.get("passkey")
        try:
            if answer:
                self.device = verifying.verify(self.request, self.user, answer)
            elif code:
                self.device = second_factor.verify(self.user, code)
            elif not self.errors:
                text = _("Please enter the six digits that your app shows, or a backup code.")
                self.add_error("code", text)
        except second_factor.TooManyTries as error:
            self.add_error("code", explained(error))
        except second_factor.WrongCode as error:
            self.note_failure()
            self.add_error("code", explained(error))
        except verifying.Refused:
            self.note_failure()
            self.add_error("code", refused_passkey())

    def note_failure(self) -> None:
        """Count the failure in the session. `staff.views.again` ends the session after five."""
        session = self.request.session
        session[recent_second_factor.FAILURES] = session.get(recent_second_factor.FAILURES, 0) + 1

    @cached_property
    def question(self) -> str:
        """The WebAuthn options for a passkey; empty if the user has none."""
        return verifying.question(self.request, self.user)
