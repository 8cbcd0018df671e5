"""Saved views of the list of signatures: a name for a combination of filters."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection


class SavedView(models.Model):
    """The filters of a list, without any text that was typed into the search box.

    It belongs to its owner, and may be shared with those who may view the signatures of a
    collection. It contains no signatures: each reader sees those that they may view.
    """

    name = models.CharField(_("name"), max_length=80)
    filters = models.TextField(_("filters"))  # the query string: "state=pending&country=DE"
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    collection = models.ForeignKey(
        Collection,
        verbose_name=_("shared with"),
        on_delete=models.SET_NULL,  # It is then its owner's alone again.
        null=True,
        blank=True,
        related_name="+",
    )
    made_at = models.DateTimeField(_("saved"), auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.CheckConstraint(condition=~Q(filters=""), name="saved_view_has_filters"),
        ]

    def __str__(self) -> str:
        return self.name
