"""Somebody's name under a letter."""

from uuid import UUID

import uuid6
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from campaigns.petitions import cached
from campaigns.petitions.petition import Petition
from campaigns.signatures.conditions import COUNTED, PENDING, SHOWABLE, state_of

PERSONAL = (
    *("email_key", "name", "email", "postcode", "comment", "network_key"),
    *("shown_as", "shown_at"),
)


def signed_petition(key: UUID, original: int, *, language: str) -> Petition:
    """The petition in the language that its signer read it in, or else the original."""
    own = cached.petition(translation_key=key, locale__language_code=language, live=True)
    return own or cached.petition(pk=original)


class SignatureQuerySet(models.QuerySet):
    def counted(self) -> "SignatureQuerySet":
        return self.filter(COUNTED)

    def pending(self) -> "SignatureQuerySet":
        return self.filter(PENDING)

    def unconfirmed(self) -> "SignatureQuerySet":
        """Pending ones, and those that were set aside before anybody confirmed them."""
        return self.filter(confirmed_at=None, anonymised_at=None)


class Signature(models.Model):
    """Counts when `confirmed_at` is set and `moderation` is empty; all other states are derived.

    Written by `signing` alone. Erased ones keep tally, country, language, channel and the day.
    """

    class Moderation(models.TextChoices):
        NONE = "", _("none")
        QUARANTINED = "quarantined", _("quarantined")
        INVALIDATED = "invalidated", _("invalidated")

    class Channel(models.TextChoices):
        FORM = "form", _("form")
        EMBED = "embed", _("embedded form")
        PAPER = "paper", _("paper")
        IMPORT = "import", _("import")

    # Ordered by time, so that new rows go to the end of the index and lists need no other.
    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    tally = models.ForeignKey(
        "campaigns.Tally", on_delete=models.PROTECT, related_name="signatures", db_index=False
    )
    email_key = models.BinaryField(max_length=32, null=True, editable=False)
    household_slot = models.PositiveSmallIntegerField(default=1, editable=False)
    name = models.CharField(_("name"), max_length=120, null=True)
    email = models.CharField(_("email"), max_length=254, null=True)
    country = CountryField(_("country"), null=True)
    postcode = models.CharField(_("postcode"), max_length=20, null=True)
    comment = models.TextField(_("comment"), null=True)
    language = models.CharField(_("language"), max_length=12)
    updates = models.BooleanField(_("keep me informed"), default=False)
    # What the public may read of the name: None for who has not agreed, "" where nothing can be
    # made of it; and since when it is read (`campaigns.signatures.public_signers`).
    shown_as = models.CharField(_("shown as"), max_length=40, null=True)
    shown_at = models.DateTimeField(_("shown since"), null=True)
    version = models.ForeignKey(
        "campaigns.Version", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    signed_at = models.DateTimeField(_("signed"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    moderation = models.CharField(
        _("moderation"), max_length=12, choices=Moderation, default="", blank=True
    )
    moderation_reason = models.CharField(_("reason"), max_length=255, default="", blank=True)
    anonymised_at = models.DateTimeField(_("anonymised"), null=True)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel, default=Channel.FORM)
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    source = models.CharField(_("source"), max_length=40, default="", blank=True)
    network_key = models.BinaryField(max_length=32, null=True, editable=False)
    # How often the form was sent with this email. `often_signed` finds next to nobody, but because
    # it looks at the number, PostgreSQL writes all indexes anew for whoever signs again, confirmed
    # or not: else it would be done a tenth of a millisecond sooner with a confirmed signature.
    times_signed = models.PositiveIntegerField(db_default=1, editable=False)

    objects = SignatureQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["tally", "email_key", "household_slot"],
                name="one_signature_a_household_slot",
            ),
            models.CheckConstraint(
                condition=Q(household_slot__in=(1, 2)), name="household_slot_is_1_or_2"
            ),
            models.CheckConstraint(
                condition=Q(moderation__in=("", "quarantined", "invalidated")),
                name="moderation_is_known",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=("form", "embed", "paper", "import")),
                name="channel_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(channel__in=("form", "embed"))
                | Q(anonymised_at__isnull=False)
                | Q(email_key__isnull=False, version__isnull=False),
                name="form_signature_has_key_and_version",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(**{f"{name}__isnull": True for name in PERSONAL}),
                name="anonymised_signature_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(shown_at__isnull=True) | Q(shown_as__isnull=False) & Q(shown_as__gt=""),
                name="shown_signature_may_be_shown",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tally"],
                name="counted_signatures",
                condition=COUNTED,
            ),
            models.Index(
                fields=["network_key", "tally", "signed_at"],
                name="signatures_of_a_network",
                condition=Q(network_key__isnull=False),
            ),
            models.Index(
                fields=["tally"],
                name="pending_signatures",
                condition=PENDING,
            ),
            models.Index(
                fields=["tally", "shown_at", "id"],
                name="showable_signatures",
                condition=SHOWABLE,
            ),
            models.Index(
                fields=["tally"],
                name="often_signed",
                condition=Q(times_signed__gt=1000),
            ),
        ]

    def __str__(self) -> str:
        # Wagtail's log keeps this for ever: nothing personal.
        return str(self.pk)

    @cached_property
    def petition(self) -> Petition:
        """The petition in the language that the signer read it in, or else the original."""
        return signed_petition(
            self.tally.translation_key, self.tally.petition_id, language=self.language
        )

    @property
    def state(self) -> str:
        """A key of `conditions.STATES`: one word for lists."""
        return state_of(
            anonymised_at=self.anonymised_at,
            moderation=self.moderation,
            confirmed_at=self.confirmed_at,
        )
