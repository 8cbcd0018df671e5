"""Contacts: where the targets of letters can be reached.

Petitions share contacts, and the public sees none of them.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, ModelLogEntry

from campaigns.canonical_emails import exact
from campaigns.paragraphs import LinesTextField


class Contact(models.Model):
    """A person or an institution that decides, with the data that letters and emails to them need.

    The name and the office are copied into a petition when somebody chooses the contact there. From
    then on they are part of the signed text, and changes to the contact do not affect it.
    """

    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("office"), max_length=120, blank=True)
    email = models.EmailField(_("email"), blank=True)
    postal_address = LinesTextField(
        _("postal address"),
        max_length=500,
        blank=True,
        help_text=_("Line by line, as on an envelope, without the name."),
    )
    language = models.ForeignKey(
        Locale,
        verbose_name=_("language"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text=_("The language that they read. It is proposed where a pack is created."),
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.role)))

    def clean(self) -> None:
        self.email = exact(self.email)


@receiver(pre_save, sender=ModelLogEntry)
def anonymise_log_label(instance: ModelLogEntry, **kwargs: Any) -> None:
    """Remove the name of a contact from its log entry, whose label Wagtail keeps forever.

    A contact may ask for their data to be erased.
    """
    if instance.content_type == ContentType.objects.get_for_model(Contact):
        instance.label = gettext("Contact %(number)s") % {"number": instance.object_id}
