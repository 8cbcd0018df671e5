"""What signers agreed to: the letter and the consent as they stood on the page."""

import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


class Version(models.Model):
    """Inserted when a petition is published with other words than last time, and never changed.

    GDPR, article 7(1): whoever relies on consent must be able to show what was agreed to. One that
    was changed when people had signed has a reason, which the public reads.
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
        """How many have signed these words: counted, for staff."""
        return self.tally.signatures.counted().filter(version=self).count()


class ChangeReason(models.Model):
    """Why published words are to become others: given while those are a draft, kept until then."""

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
    """Words that people have signed would become others, and nobody has said why."""

    def __init__(self) -> None:
        super().__init__({"__all__": gettext("the reason for the change")})


class WithVersions:
    """What of a petition people agree to: its letter and consent, as they are and as they were."""

    @property
    def letter(self) -> str:
        """The letter as text, as it is kept with each signature."""
        demands = "\n".join(f"• {demand.value}" for demand in self.demands)
        parts = [self.salutation, self.opening, demands, self.close]
        return "\n\n".join(part.strip().replace("\r\n", "\n") for part in parts if part.strip())

    @cached_property
    def versions(self) -> list[Version]:
        """What was published in its language, the oldest first, without the texts."""
        rows = Version.objects.filter(tally=self.tally, locale=self.locale_id)
        return list(rows.defer("letter", "consent").order_by("pk"))

    @cached_property
    def version(self) -> Version | None:
        """What the published row asks people to agree to; None before it was published."""
        now = digest_of(self)
        return next((row for row in reversed(self.versions) if row.digest == now), None)

    @property
    def changes(self) -> list[Version]:
        """Those that took the place of words which people had signed, the newest first."""
        return [row for row in reversed(self.versions) if row.reason]

    @property
    def replaced(self) -> Version | None:
        """What it would put other words in the place of, if people have signed the petition."""
        before = latest(self)
        if before is None or before.digest == digest_of(self):
            return None
        return before if self.tally.signatures.exists() else None

    @property
    def is_unexplained(self) -> bool:
        """Whether the reason for its other words is still to be given."""
        return self.replaced is not None and not reasons(self).exists()

    def require_reason(self) -> None:
        if self.is_unexplained:
            raise Unexplained

    def has_version(self, pk: int | None) -> bool:
        """Whether a version stands or stood on this petition, in any of its languages."""
        if self.version and self.version.pk == pk:
            return True
        return self.tally.versions.filter(pk=pk).exists()


def digest(letter: str, consent: str) -> str:
    """SHA-256 over both texts, told apart by a character that neither can hold."""
    return hashlib.sha256(f"{letter}\0{consent}".encode()).hexdigest()


def digest_of(petition: models.Model) -> str:
    return digest(petition.letter, petition.consent)


def latest(petition: models.Model) -> Version | None:
    """What was published last in the petition's language."""
    versions = Version.objects.filter(tally=petition.tally, locale=petition.locale_id)
    return versions.order_by("-pk").first()


def reasons(petition: models.Model) -> models.QuerySet:
    """The reason that was given for the words of a draft, if any was."""
    return ChangeReason.objects.filter(
        tally=petition.tally, locale=petition.locale_id, digest=digest_of(petition)
    )


def record(petition: models.Model, *, by: models.Model | None = None) -> Version:
    """The version of a petition's words as they are now, made if other words stood last.

    Its reason is there by then: `require_reason` comes first.
    """
    with transaction.atomic():
        # One at a time; signing, which refers to the row, does not wait for this.
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
