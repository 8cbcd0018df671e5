"""A signer's own page: the data that we hold, correcting it, and changing the email address."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.mail import new_emails
from campaigns.privacy import own_page
from campaigns.public import requests
from campaigns.public.views import SeeOther, about, private_link, step
from campaigns.signatures.signature import Signature
from campaigns.signing import changing_emails, signing, typed_digest
from campaigns.signing.fields import PlainEmailField
from campaigns.signing.forms import CorrectForm

TOO_OFTEN = _("You have asked for several new email addresses today. Please try again tomorrow.")
NOT_POSSIBLE = _(
    "The email address cannot be changed at the moment. Please sign again with the other one."
)


class NewEmailForm(forms.Form):
    """The email address that a signer wants instead of the one that they signed with."""

    new_email = PlainEmailField()

    def __init__(self, signature: Signature, data: dict[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="", use_required_attribute=True)
        self.signature = signature
        self.fields["new_email"].label = _("New email address")

    def clean_new_email(self) -> str:
        email: str = self.cleaned_data["new_email"]
        if email == self.signature.email:
            raise forms.ValidationError(_("This is the email address that we have."))
        return email


@private_link
@about("manage")
def manage(request: HttpRequest, token: str, signature: Signature) -> HttpResponse:
    """Show the data that we hold; on POST, correct the name and the signer's choices."""
    data = None
    if request.method == "POST":
        if refusal := requests.unreadable(request, signature.petition):
            return refusal
        data = request.POST
    form = CorrectForm(signature, data)
    if form.is_valid():
        signing.correct(token, **form.corrected())
        return SeeOther(f"{request.path}?saved=yes#correct")
    return show(request, token, signature, form=form)


@private_link
@about("manage")
def change_email(request: HttpRequest, token: str, signature: Signature) -> HttpResponse:
    """Ask the new mailbox for a confirmation, or cancel such a request.

    A GET comes from a phone that reloads the page after a form error.
    """
    here = reverse("manage", args=[token])
    if request.method != "POST":
        return redirect(f"{here}#email")
    if refusal := requests.unreadable(request, signature.petition):
        return refusal
    if "cancel" in request.POST:
        changing_emails.cancel(signature)
        return SeeOther(f"{here}#email")
    form = NewEmailForm(signature, request.POST)
    if form.is_valid():
        try:
            changing_emails.ask(signature, email=form.cleaned_data["new_email"])
        except changing_emails.AskedTooOften:
            form.add_error("new_email", TOO_OFTEN)
        except changing_emails.NotPossible:
            form.add_error("new_email", NOT_POSSIBLE)
        else:
            return SeeOther(f"{here}#email")
    return show(request, token, signature, email_form=form)


def show(
    request: HttpRequest,
    token: str,
    signature: Signature,
    *,
    form: CorrectForm | None = None,
    email_form: NewEmailForm | None = None,
) -> HttpResponse:
    """Render the signer's page, with the errors of one of its forms."""
    forms_shown = (form or CorrectForm(signature), email_form or NewEmailForm(signature))
    context = {
        **step(signature),
        "form": forms_shown[0],
        "email_form": forms_shown[1],
        "email_path": reverse("change_email", args=[token]),
        "can_change_email": changing_emails.is_possible(signature),
        "new_email": new_emails.waiting_of(signature),
        "saved": "saved" in request.GET,
        "email_changed": "email" in request.GET,
        "is_unticked": request.GET.get("email") == "unticked",
        "details": own_page.details(signature),
        "mails": own_page.first_emails(signature),
        "stored": own_page.stored_until(signature),
        "changes": own_page.changes_since(signature),
        # The URL in the language of the public petition, which may differ from the signer's.
        "changes_path": signature.petition.url_path("changes"),
        "download_path": reverse("own_copy", args=[token]),
        "withdraw_path": reverse("withdraw", args=[signature.token("withdraw")]),
    }
    status = 422 if any(each.errors for each in forms_shown) else 200
    return render(request, "campaigns/manage.html", context, status=status)


@private_link
def new_email(request: HttpRequest, token: str) -> HttpResponse:
    """Handle the link in the email to a new mailbox: ask on GET, change the address on POST.

    The owner of the mailbox may be somebody else than the signer, and signs what this page shows.
    """
    signature, new = changing_emails.find(token)
    is_changed = False
    with requests.answered_in(signature.language, request):
        if request.method == "POST" or new is None:
            try:
                changed = changing_emails.change(token, seen=request.POST.get("seen", ""))
            except changing_emails.EmailTaken:
                return render(request, "campaigns/email_taken.html", step(signature), status=409)
            except changing_emails.Changed:
                is_changed = True
                signature, new = changing_emails.find(token)
            else:
                manage = reverse("manage", args=[changed.token("manage")])
                is_unticked = signature.updates and not changed.updates
                return SeeOther(f"{manage}?email={'unticked' if is_unticked else 'changed'}#email")
        context = {
            **step(signature),
            **own_page.signed_words(signature, but=("name", "email")),
            "new_email": new,
            "seen": typed_digest.of(signature),
            "is_changed": is_changed,
        }
        status = 409 if is_changed else 200
        return render(request, "campaigns/new_email.html", context, status=status)
