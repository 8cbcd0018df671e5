"""The emails about petitions that a staff user wants, in addition to Wagtail's notifications."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailChoice(models.Model):
    """The choices of one user; without a row, the defaults apply."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    alarms = models.BooleanField(
        _("Alarms"),
        default=True,
        db_default=True,
        help_text=_(
            "An email when there is unusual signing activity on a petition that you moderate."
        ),
    )
    weekly = models.BooleanField(
        _("Weekly email"),
        default=False,
        db_default=False,
        help_text=_(
            "Each Monday an email with the numbers of the petitions whose signatures you may view."
        ),
    )
    # The Monday of the last weekly email.
    weekly_on = models.DateField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("choice of emails")
        verbose_name_plural = _("choices of emails")

    def __str__(self) -> str:
        return str(self.pk)
