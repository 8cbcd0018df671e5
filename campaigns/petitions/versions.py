"""The versions of a petition: the letter and the consent as signers read them."""

import hashlib

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue

from campaigns.petitions.tally import Tally


class Version(models.Model):
    """The letter and the consent of a petition in one language, as they were published.

    A row is inserted when either differs from the last version, and it never changes: whoever
    relies on consent must be able to show what was agreed to (GDPR, article 7(1)). A version that
    replaced another after people had signed has a reason, which everybody can read.
    """

    tally = models.ForeignKey("campaigns.Tally", on_delete=models.PROTECT, related_name="versions")
    locale = models.ForeignKey(
        "wagtailcore.Locale", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    letter = models.TextField(_("letter"))
    consent = models.TextField(_("consent"))
    digest = models.CharField(max_length=64, editable=False)
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    reason = models.TextField(_("reason"), blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def signed(self) -> int:
        """The number of counted signatures under this version. Counts rows; only for staff."""
        return self.tally.signatures.counted().filter(version=self).count()


class ChangeReason(models.Model):
    """The reason for a change that is still a draft; publishing moves it to the version."""

    tally = models.ForeignKey(
        "campaigns.Tally", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    locale = models.ForeignKey(
        "wagtailcore.Locale", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=64, editable=False)
    reason = models.TextField(_("reason"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tally", "locale", "digest"], name="one_reason_a_text")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Unexplained(ValidationError):
    """A version that people have signed would be replaced, and nobody has given a reason."""

    def __init__(self) -> None:
        super().__init__({"__all__": gettext("the reason for the change")})


class WithVersions:
    """The versions of a petition, and how its current texts compare with them."""

    # Attributes of the petition that this class is part of.
    tally: Tally
    locale_id: int
    salutation: str
    opening: str
    demands: StreamValue
    close: str
    consent: str

    @property
    def letter(self) -> str:
        """The letter as plain text, as it is stored in a version."""
        demands = "\n".join(f"• {demand.value}" for demand in self.demands)
        parts = [self.salutation, self.opening, demands, self.close]
        return "\n\n".join(part.strip().replace("\r\n", "\n") for part in parts if part.strip())

    @cached_property
    def versions(self) -> list[Version]:
        """All versions in the petition's language, the oldest first, without their texts."""
        rows = Version.objects.filter(tally=self.tally, locale=self.locale_id)
        return list(rows.defer("letter", "consent").order_by("pk"))

    @cached_property
    def version(self) -> Version | None:
        """The version with the petition's current texts; None while they are not published."""
        now = digest_of(self)
        return next((row for row in reversed(self.versions) if row.digest == now), None)

    @property
    def changes(self) -> list[Version]:
        """The versions that replaced another after people had signed, the newest first."""
        return [row for row in reversed(self.versions) if row.reason]

    @property
    def replaced(self) -> Version | None:
        """The version that the current texts would replace, if people have signed the petition."""
        before = latest(self)
        if before is None or before.digest == digest_of(self):
            return None
        return before if self.tally.signatures.exists() else None

    @property
    def is_unexplained(self) -> bool:
        """Whether the change still needs a reason."""
        return self.replaced is not None and not reasons(self).exists()

    def require_reason(self) -> None:
        if self.is_unexplained:
            raise Unexplained

    def has_version(self, pk: int | None) -> bool:
        """Whether this is a version of the petition, current or earlier, in any language."""
        if self.version and self.version.pk == pk:
            return True
        return pk is not None and self.tally.versions.filter(pk=pk).exists()


def digest(letter: str, consent: str) -> str:
    """SHA-256 over both texts, separated by a character that neither can contain (64 digits)."""
    return hashlib.sha256(f"{letter}\0{consent}".encode()).hexdigest()


def digest_of(petition: WithVersions) -> str:
    return digest(petition.letter, petition.consent)


def latest(petition: WithVersions) -> Version | None:
    """The newest version in the petition's language; None before the first."""
    versions = Version.objects.filter(tally=petition.tally, locale=petition.locale_id)
    return versions.order_by("-pk").first()


def reasons(petition: WithVersions) -> models.QuerySet[ChangeReason]:
    """The reason that was given for the texts of a draft: one row, or none."""
    return ChangeReason.objects.filter(
        tally=petition.tally, locale=petition.locale_id, digest=digest_of(petition)
    )


def record(petition: WithVersions, *, by: User | None = None) -> Version:
    """The version of a petition's current texts, which is created if the newest one differs.

    `require_reason` must have been called before, so that a reason exists where one is needed.
    """
    with transaction.atomic():
        # The lock makes this run once at a time. Signing, which refers to the row, does not wait.
        Tally.objects.select_for_update(no_key=True).get(pk=petition.tally.pk)
        before, now = latest(petition), digest_of(petition)
        if before and before.digest == now:
            return before
        given = reasons(petition).first()
        reason = given.reason if given and petition.replaced else ""
        reasons(petition).delete()
        return Version.objects.create(
            tally=petition.tally,
            locale_id=petition.locale_id,
            letter=petition.letter,
            consent=petition.consent,
            digest=now,
            published_by=by,
            reason=reason,
        )
