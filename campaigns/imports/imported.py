"""The tables of imports: each imported list, and the signatures that came with it."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature

# How long an uploaded list can wait to be imported.
KEPT_FOR = timedelta(hours=24)


class State(models.TextChoices):
    DRAFT = "draft", _("not checked yet")
    CHECKED = "checked", _("checked, not imported")
    DONE = "done", _("imported")
    UNDONE = "undone", _("undone")


# The states of a list that can still be imported.
WAITING = (State.DRAFT, State.CHECKED)


class Import(models.Model):
    """A list of people who signed elsewhere, with what they agreed to.

    The rows of the list are in `content`, encrypted, until it is imported or expires. `meanings`
    has the key of `headings.MEANINGS` for each column of the list, "" for none.
    """

    State: ClassVar = State

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="imports")
    channel = models.CharField(_("channel"), max_length=6)
    # The language of the translation to which it was uploaded.
    language = models.CharField(_("language"), max_length=12, default="", db_default="")
    file_name = models.CharField(_("file"), max_length=120)
    reason = models.TextField(_("source"))
    consent = models.TextField(_("what they agreed to"))
    signed_on = models.DateField(_("signed on"))
    # Whether 3/4/2026 is in April.
    day_first = models.BooleanField(default=True)
    made_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.DRAFT)
    content = models.BinaryField(null=True, editable=False)
    salt = models.BinaryField(null=True, editable=False)
    # An HMAC of all cells, by which the same list is recognised.
    digest = models.BinaryField(max_length=32, null=True, editable=False)
    found = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    meanings = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(consent=""), name="import_has_reason_and_consent"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=("paper", "import")), name="import_is_from_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "checked")) | Q(content=None),
                name="ended_import_has_no_content",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def end_now(self) -> None:
        """Set the end, after which exports of what is new have the signatures of this import.

        It must be near the commit, which makes them visible.
        """
        self.ended_at = timezone.now()
        self.save(update_fields=["ended_at"])


class ImportedSignature(models.Model):
    """The import that a signature came with, its row in the list, and its sheet of paper."""

    signature = models.OneToOneField(
        Signature, on_delete=models.CASCADE, primary_key=True, related_name="imported"
    )
    made_in = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="signatures")
    row = models.PositiveIntegerField(_("row"))
    sheet = models.CharField(_("sheet"), max_length=40, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("imported signature")
        verbose_name_plural = _("imported signatures")

    def __str__(self) -> str:
        return str(self.pk)


class KnownHeading(models.Model):
    """What a user said that a heading means; the heading itself is stored only as a hash."""

    digest = models.CharField(max_length=64, unique=True)
    meaning = models.CharField(max_length=12, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("known heading")
        verbose_name_plural = _("known headings")

    def __str__(self) -> str:
        return str(self.pk)
