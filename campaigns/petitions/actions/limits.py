"""The form in which a petition's limits for signatures from one network are set."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.actions.forms import ActionForm
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import MOST_BURST, MOST_SUSTAINED
from campaigns.signatures import networks


class LimitsForm(ActionForm):
    """The two limits for one network; empty fields mean the limits of the settings."""

    burst = forms.IntegerField(
        label=_("Signatures from one network within ten minutes"),
        required=False,
        min_value=1,
        max_value=MOST_BURST,
    )
    sustained = forms.IntegerField(
        label=_("Signatures from one network within a day"),
        required=False,
        min_value=1,
        max_value=MOST_SUSTAINED,
    )

    def prepare(self, petition: Petition, user: User) -> None:
        text = _("If empty, the limit of the site applies: %s.")
        for name, limit in networks.limits().items():
            if name in self.fields:
                self.fields[name].help_text = text % limit
        self.fields["burst"].initial = petition.tally.burst_limit
        self.fields["sustained"].initial = petition.tally.sustained_limit

    def clean(self) -> dict[str, Any]:
        """Check that the limit for a day is not below the limit for ten minutes."""
        data = super().clean() or self.cleaned_data
        if not self.errors:
            limits = networks.limits(**data)
            if limits["sustained"] < limits["burst"]:
                text = _(
                    "The limit for a day must be at least as high as the limit for ten minutes."
                )
                self.add_error("sustained", text)
        return data
