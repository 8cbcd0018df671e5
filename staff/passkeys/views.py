"""The views in which staff add passkeys and remove them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from staff import second_factor
from staff.middleware import AccountRequest
from staff.passkeys import verifying
from staff.passkeys.forms import PasskeyForm
from staff.views import for_second_factor, let_in, show_codes
from staff.views import remove as remove_device


@for_second_factor
def add(request: AccountRequest) -> HttpResponse:
    """Ask for a name and a passkey on GET; store the passkey on POST.

    Raises Http404 on another host than that of BASE_URL, where no passkey works.
    """
    if not verifying.are_possible(request):
        raise Http404
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer, name = form.cleaned_data["passkey"], form.cleaned_data["name"]
        try:
            passkey, codes = verifying.store(request, request.account, answer, name=name)
        except verifying.Refused:
            form.add_error("passkey", _("This passkey was not accepted. Please try again."))
        else:
            if not second_factor.is_verified(request.account):
                let_in(request, passkey)
            if codes:
                return show_codes(request, codes)
            messages.success(request, _("The passkey has been added."))
            return redirect("second_factor")
    question = verifying.question_for_new(request, request.account)
    return render(request, "staff/add_passkey.html", {"form": form, "question": question})


@for_second_factor
def remove(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask for confirmation on GET; remove one of the user's own passkeys on POST."""
    passkey = second_factor.passkeys(request.account).filter(pk=pk).first()
    return remove_device(request, passkey, "staff/remove_passkey.html")
