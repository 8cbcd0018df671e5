"""The page on which a signer types the short code of an email, instead of opening its link."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.cache_control import cacheable
from campaigns.public import requests
from campaigns.public.views import SeeOther
from campaigns.signatures import networks, short_codes
from campaigns.signing.fields import AS_TYPED, PlainEmailField, PlainTextField

NOT_FOUND = _(
    "We found nothing for this email address and this code. Please compare both with the email "
    "that we sent you: the address is the one to which the email was sent, and the code in the "
    "email has nine letters and digits."
)
TOO_LONG = _("This is far longer than a code. Please type only the email address and the code.")
TOO_MANY = _("Too many codes were tried in the last minutes. Please try again in ten minutes.")
FOREIGN = _("The form came from another site. Please type the code here.")


class CodeForm(forms.Form):
    """The email address and the short code from an email."""

    email = PlainEmailField()
    code = PlainTextField(
        label=_("Code from the email"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "dir": "ltr",
                **AS_TYPED,
            }
        ),
        help_text=_("Such as C3D-9FG-HJ4. Small letters, spaces and hyphens do not matter."),
        error_messages={"required": _("Please type the code that is in the email.")},
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data, label_suffix="")  # type: ignore[arg-type]  # a QueryDict is one
        self.fields["email"].label = _("Email")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for email address and code, and redirect to the target of the email's link.

    A wrong email address and a wrong code get the same response, and neither is part of a URL.
    """
    if request.method != "POST":
        return cacheable(answer(request, CodeForm(), status=200))
    if requests.is_foreign(request):
        return answer(request, failed(CodeForm({}), FOREIGN), status=403)
    if not requests.is_form(request) or requests.is_too_long(request):
        kept = requests.beginnings(request, {"email": 254, "code": 60})
        return answer(request, failed(CodeForm(kept), TOO_LONG), status=413)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return answer(request, form, status=422)
    try:
        found = short_codes.find(**form.cleaned_data, network=networks.network_of(request))
    except short_codes.TooManyTries:
        return answer(request, failed(form, TOO_MANY), status=429)
    if found is None:
        return answer(request, failed(form, NOT_FOUND), status=422)
    purpose, token = found
    return SeeOther(reverse(purpose, args=[token]))


def failed(form: CodeForm, message: object) -> CodeForm:
    form.errors.clear()
    form.add_error(None, str(message))
    return form


def answer(request: HttpRequest, form: CodeForm, *, status: int) -> HttpResponse:
    return render(request, "campaigns/code.html", {"form": form}, status=status)
