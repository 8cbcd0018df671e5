"""The form in which a petition's limits for signatures from one network are set."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from campaigns.moderation import network_limits
from campaigns.petitions.actions.forms import ActionForm
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import MOST_BURST, MOST_SUSTAINED
from campaigns.signing.fields import NumberField


class LimitsForm(ActionForm):
    """The two limits for one network; empty fields mean the limits of the settings.

    A form that was opened before would silently give back the limits that a colleague has replaced.
    """

    # The limits that were set when the form was opened.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    burst = NumberField(
        label=_("Signatures from one network within ten minutes"),
        required=False,
        min_value=1,
        max_value=MOST_BURST,
    )
    sustained = NumberField(
        label=_("Signatures from one network within a day"),
        required=False,
        min_value=1,
        max_value=MOST_SUSTAINED,
    )

    def prepare(self, petition: Petition, user: User) -> None:
        text = _("If empty, the limit of the site applies: %s.")
        for name, limit in network_limits.limits().items():
            if name in self.fields:
                self.fields[name].help_text = text % limit
        tally = petition.tally
        self.now = {"burst": tally.burst_limit, "sustained": tally.sustained_limit}
        for name, initial in {**self.now, "seen": str(self.now)}.items():
            self.fields[name].initial = initial

    def clean(self) -> dict[str, Any]:
        """Check that no colleague has set other limits since, and that the two fit together."""
        data = super().clean() or self.cleaned_data
        seen = data.pop("seen", "")
        if seen not in ("", str(self.now)) and data != self.now:
            assert isinstance(self.data, QueryDict)  # only submitted forms are validated
            self.data = self.data.copy()
            self.data["seen"] = str(self.now)
            text = _(
                "Somebody has set these limits since you opened this form: %(burst)s signatures in "
                "ten minutes, %(sustained)s in a day. Press the button again to replace that with "
                "what is entered here."
            )
            raise forms.ValidationError(text % network_limits.limits(**self.now))
        if not self.errors:
            limits = network_limits.limits(**data)
            if limits["sustained"] < limits["burst"]:
                text = _(
                    "The limit for a day must be at least as high as the limit for ten minutes."
                )
                self.add_error("sustained", text)
        return data
