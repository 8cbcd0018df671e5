"""The versions of a petition: all that signers read and agree to, as it was published."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue

from campaigns.petitions.settings import PetitionSettings
from campaigns.petitions.signed_versions import parts, small_corrections
from campaigns.petitions.signed_versions.parts import Part, Values
from campaigns.petitions.signed_versions.passed_on_reasons import Reason, of_targets, passed_on
from campaigns.petitions.tally import Tally
from campaigns.petitions.texts import Texts, organisation_name


class Version(models.Model):
    """A petition in one language, as it was published: every part that `parts.PARTS` declares.

    A row is inserted when a part differs from the last version, and it never changes: a controller
    that relies on consent must be able to show what was agreed to (GDPR, article 7(1)). A version
    that replaced another after people had signed has a reason, which everybody can read, or
    corrects a small mistake.
    """

    tally = models.ForeignKey("campaigns.Tally", on_delete=models.PROTECT, related_name="versions")
    locale = models.ForeignKey(
        "wagtailcore.Locale", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    parts = models.JSONField(_("parts"), editable=False)
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
    is_small_mistake = models.BooleanField(
        _("corrects a small mistake"), default=False, db_default=False
    )

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

    @property
    def is_change(self) -> bool:
        """Whether this version replaced one that people had signed."""
        return self.is_small_mistake or bool(self.reason)

    @property
    def readable(self) -> list[tuple[Part, str]]:
        """(part, text) for each part that signers read."""
        return parts.readable(self.parts)


class ChangeReason(models.Model):
    """The reason for a change that is still a draft; publishing moves it to the version."""

    tally = models.ForeignKey(
        "campaigns.Tally", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    locale = models.ForeignKey(
        "wagtailcore.Locale", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=64, editable=False)
    reason = models.TextField(_("reason"), blank=True)
    is_small_mistake = models.BooleanField(
        _("corrects a small mistake"), default=False, db_default=False
    )

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tally", "locale", "digest"], name="one_reason_a_text")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Unexplained(ValidationError):
    """No reason was given for replacing a version that people have signed."""

    def __init__(self) -> None:
        super().__init__({"__all__": gettext("the reason for the change")})


class KeptTooLong(ValidationError):
    """The data of people who have signed would be retained for longer than they were promised."""

    def __init__(self, days: int) -> None:
        message = ngettext(
            "People have signed, and were promised %(days)s day. You can shorten this, but not "
            "lengthen it. If the data must be kept for longer, put it on hold.",
            "People have signed, and were promised %(days)s days. You can shorten this, but not "
            "lengthen it. If the data must be kept for longer, put it on hold.",
            days,
        )
        super().__init__({"retention_days": message % {"days": days}})


class WithVersions:
    """The versions of a petition, and how its current parts compare with them."""

    # Attributes of the petition that uses this mixin.
    live: bool
    tally: Tally
    locale_id: int
    title: str
    ask: str
    targets: StreamValue
    salutation: str
    opening: str
    demands: StreamValue
    close: str
    consent: str
    texts: Texts
    original: PetitionSettings

    @property
    def letter(self) -> str:
        """The letter as plain text, as it is stored in a version."""
        demands = "\n".join(f"• {demand.value}" for demand in self.demands)
        texts = [self.salutation, self.opening, demands, self.close]
        return "\n\n".join(text.strip().replace("\r\n", "\n") for text in texts if text.strip())

    @cached_property
    def organisation(self) -> str:
        return organisation_name()

    @property
    def parts(self) -> Values:
        """The parts that a version of the petition would have now."""
        return parts.values(self)  # type: ignore[arg-type]  # WithQuestions has the questions

    @cached_property
    def versions(self) -> list[Version]:
        """All versions in the petition's language, the oldest first, without their parts."""
        rows = Version.objects.filter(tally=self.tally, locale=self.locale_id)
        return list(rows.defer("parts").order_by("pk"))

    @cached_property
    def version(self) -> Version | None:
        """The version that the page shows; None while nothing is published.

        If a text has changed without a new version, for example by a software update, this is the
        newest version. People can go on signing until `renewing.renew` has made a version of the
        new text.
        """
        # Read the versions after the texts, so that they are never older than the texts.
        now = digest_of(self)
        exact = next((row for row in reversed(self.versions) if row.digest == now), None)
        return exact or (self.versions[-1] if self.live and self.versions else None)

    @property
    def changes(self) -> list[Version]:
        """The versions that replaced another after people had signed, the newest first."""
        return [row for row in reversed(self.versions) if row.is_change]

    @property
    def replaced(self) -> Version | None:
        """The version that the current parts would replace, if people have signed the petition."""
        before = latest(self)
        if before is None or not parts.changed(before.parts, self.parts):
            return None
        return before if self.tally.signatures.exists() else None

    @property
    def is_unexplained(self) -> bool:
        """Whether the change still needs a reason."""
        return self.replaced is not None and given_reason(self) is None

    @property
    def is_small_mistake(self) -> bool:
        """Whether the change is small enough to be declared a small mistake."""
        rows = Version.objects.filter(
            tally=self.tally, locale=self.locale_id, is_small_mistake=False
        )
        # Earlier corrections are not the basis: in many small steps a text could change its
        # meaning.
        basis = rows.order_by("-pk").first()
        return basis is not None and small_corrections.is_small_mistake(basis.parts, self.parts)

    def require_promise(self) -> None:
        """Raise KeptTooLong if signers' data would be retained for longer than was promised."""
        before = self.replaced
        promised = before.parts.get("retention_days") if before else None
        # The number is empty while an editor is typing in the form.
        if promised and (self.original.retention_days or 0) > promised:
            raise KeptTooLong(promised)

    def require_reason(self) -> None:
        """Raise Unexplained or KeptTooLong if the current parts may not be published."""
        self.require_promise()
        if self.is_unexplained:
            raise Unexplained

    def has_version(self, pk: int | None) -> bool:
        """Return whether this is a version of the petition, current or earlier, in any language."""
        if self.version and self.version.pk == pk:
            return True
        return pk is not None and self.tally.versions.filter(pk=pk).exists()


def digest_of(petition: WithVersions) -> str:
    return parts.digest(petition.parts)


def latest(petition: WithVersions) -> Version | None:
    """Return the newest version in the petition's language; None before the first."""
    versions = Version.objects.filter(tally=petition.tally, locale=petition.locale_id)
    return versions.order_by("-pk").first()


def reasons(petition: WithVersions) -> models.QuerySet[ChangeReason]:
    """Return the reasons given for exactly the parts of this draft: one row, or none."""
    drafts = ChangeReason.objects.filter(tally=petition.tally, locale=petition.locale_id)
    return drafts.filter(digest=digest_of(petition))


def given_reason(petition: WithVersions) -> ChangeReason | None:
    """Return the reason that was given for the parts of a draft, if it still applies.

    The declaration of a small mistake may no longer apply, if another version was published
    meanwhile.
    """
    row = reasons(petition).first()
    return None if row and row.is_small_mistake and not petition.is_small_mistake else row


def record(
    petition: WithVersions, *, by: User | None = None, reason: Reason | None = None
) -> Version:
    """Return the version of a petition's current parts, creating it if the newest one differs.

    Without `reason`, the caller must have called `require_reason`, which makes sure that a reason
    is stored where one is needed.
    """
    with transaction.atomic():
        lock(petition.tally)
        before, now = latest(petition), digest_of(petition)
        if before and before.digest == now:
            return before
        given = given_reason(petition)
        reason = reason or (Reason(given.reason, given.is_small_mistake) if given else Reason(""))
        text, is_small_mistake = reason if petition.replaced else Reason("")
        reasons(petition).delete()
        return Version.objects.create(
            tally=petition.tally,
            locale_id=petition.locale_id,
            parts=petition.parts,
            digest=now,
            published_by=by,
            reason=text,
            is_small_mistake=is_small_mistake,
        )


def record_all(petition: WithVersions, translations: Iterable[WithVersions]) -> None:
    """Record a version of a petition and of its translations, which share its settings."""
    version = record(petition)
    given = Reason(version.reason, version.is_small_mistake)
    for each in translations:
        before, by = latest(each), version.published_by
        reason = passed_on(given, of=petition.locale_id, to=each.locale_id)
        if before and parts.is_about_targets(before.parts, each.parts):
            # The version of the original may be an old one, which others published.
            by, reason = None, of_targets(each.locale_id)
        record(each, by=by, reason=reason)


def lock(tally: Tally) -> None:
    """Let only one transaction at a time make versions of a petition. Signing does not wait."""
    Tally.objects.select_for_update(no_key=True).get(pk=tally.pk)
