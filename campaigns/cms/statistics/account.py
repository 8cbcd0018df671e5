"""The choice of emails about petitions: a panel of Wagtail's own account screen."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab
from wagtail.admin.widgets import SwitchInput

from campaigns.cms.permissions import signature_policy
from campaigns.trends import weekly
from campaigns.workflow.mail_choices import MailChoice

# The emails, with the action on signatures that a user must be allowed in order to get them.
MAILS = {"alarms": "moderate", "weekly": "statistics"}


class MailChoiceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A form for the emails that this account could get."""

    class Meta:
        model = MailChoice
        fields = list(MAILS)
        widgets = dict.fromkeys(MAILS, SwitchInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, action in MAILS.items():
            if not signature_policy.user_has_permission(self.instance.user, action):
                del self.fields[name]

    def save(self, commit: bool = True) -> MailChoice:
        """Store the choices; the first weekly email is sent on the next Monday."""
        if "weekly" in self.changed_data:
            self.instance.weekly_on = weekly.monday(timezone.now())
        return super().save(commit)


class MailChoicePanel(BaseSettingsPanel):
    """The panel, for users who could get such an email. Relies on Wagtail's account panel."""

    name = "petition_mails"
    title = _("Emails about petitions")
    tab = notifications_tab
    order = 150

    def is_active(self) -> bool:
        """Return whether to show the panel, for Wagtail's account screen."""
        return signature_policy.user_has_any_permission(self.user, MAILS.values())

    def get_form(self) -> MailChoiceForm:
        """Return the form with the choices of this account, which Wagtail's screen saves."""
        choice = MailChoice.objects.filter(user=self.user).first() or MailChoice(user=self.user)
        data: Any = self.request.POST if self.request.method == "POST" else None
        return MailChoiceForm(data, instance=choice, prefix=self.name)
