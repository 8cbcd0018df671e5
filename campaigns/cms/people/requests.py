"""The forms of a person's data requests, and what the answers to them cover."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.cms.permissions import AnyUser, tallies_for
from campaigns.cms.screens import PressedButton
from campaigns.petitions.tally import Tally
from campaigns.privacy import people
from campaigns.privacy.people import Scope
from campaigns.signing.fields import EmailTextInput

# A user with one of these rights may open the form.
ANSWERS = ("hand_out", "delete", "moderate")


def scope_of(user: AnyUser, action: str) -> Scope:
    """Return what an answer covers, by the user's right to `action`, which is a key of RIGHTS."""
    needed = "delete" if action == "delete" else "view"
    tallies = tallies_for(user, action)
    is_every = not Tally.objects.exclude(pk__in=tallies).exists()
    return Scope(
        # Data about all petitions together belongs to users with the right on all of them.
        tallies=None if is_every else tallies,
        lists=user.has_perm(f"campaigns.{needed}_listentry"),
        staff=user.has_perm("auth.view_user") or user.has_perm("auth.change_user"),
        contacts=user.has_perm(f"campaigns.{needed}_contact"),
    )


class PersonForm(forms.Form):
    """The person whom the request is about; the form finds nobody outside the user's scope."""

    email = forms.CharField(
        label=_("Email"),
        max_length=254,
        help_text=_("In any spelling."),
        widget=EmailTextInput({"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Only where two people share the email address: the name of the one who asks."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def clean_email(self) -> str:
        return people.pasted_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        email, name = self.cleaned_data.get("email"), self.cleaned_data.get("name")
        if email and not name and people.is_shared(email, scope=self.scope):
            self.add_error(
                "name", _("Two people share this email address. Which of them is asking?")
            )
        return self.cleaned_data


class RequestForm(PersonForm):
    """The same person again, in hidden fields behind a button."""

    email = forms.CharField(max_length=254, widget=forms.HiddenInput)
    name = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    format = forms.ChoiceField(
        choices=[("html", "HTML"), ("json", "JSON")], required=False, widget=PressedButton
    )
    sure = forms.BooleanField(required=False, widget=PressedButton)
