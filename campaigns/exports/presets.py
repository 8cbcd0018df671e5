"""Presets: named settings for an export that is made again and again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection


class ExportPreset(models.Model):
    """A shape, some of its columns in order, and a format; it contains no signatures or filters.

    It belongs to its owner, and may be shared with those who may export the signatures of a
    collection. It grants no permissions: users export only what they may export without it.
    """

    name = models.CharField(_("name"), max_length=80)
    shape = models.CharField(_("shape"), max_length=10)  # a key of SHAPES
    columns = models.JSONField(_("columns"))  # ["name", "country"], cells of the shape
    format = models.CharField(_("format"), max_length=5)  # "csv", "xlsx" or "jsonl"
    is_new = models.BooleanField(_("only what is new since its last export"))
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
        verbose_name = _("preset")
        verbose_name_plural = _("presets")
        constraints = [
            models.CheckConstraint(
                condition=Q(shape__in=["handover", "mailing", "analysis", "everything"]),
                name="preset_has_a_shape",
            ),
            models.CheckConstraint(condition=~Q(columns=[]), name="preset_has_columns"),
        ]

    def __str__(self) -> str:
        return self.name
