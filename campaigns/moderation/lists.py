"""The block and allow lists: whose signatures are always quarantined, and whose never are."""

from fnmatch import fnmatchcase
from ipaddress import ip_network

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.signatures.email_keys import normalise, provider_of


class ListEntry(models.Model):
    """One line of the block and allow lists. The allow list takes precedence."""

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("email domain")
        NETWORK = "network", _("network")
        EMAIL = "email", _("email")

    class Effect(models.TextChoices):
        BLOCK = "block", _("block")
        ALLOW = "allow", _("allow")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    pattern = models.CharField(
        _("pattern"),
        max_length=254,
        help_text=_(
            "A domain (*.example.org for all its subdomains), a network (203.0.113.0/24) or "
            "an email."
        ),
    )
    effect = models.CharField(_("effect"), max_length=5, choices=Effect, default=Effect.BLOCK)
    note = models.CharField(
        _("note"),
        max_length=255,
        blank=True,
        help_text=_("The reason for this entry, for colleagues."),
    )
    created_at = models.DateTimeField(_("added on"), auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("block or allow list entry")
        verbose_name_plural = _("block and allow lists")
        ordering = ["kind", "pattern"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "pattern"], name="one_list_entry_a_pattern")
        ]

    def __str__(self) -> str:
        # Wagtail's log stores this text without end, and the pattern may be somebody's email.
        return str(_("Block or allow list entry %(number)s") % {"number": self.pk})

    def clean(self) -> None:
        self.pattern = self.pattern.strip().casefold()
        if self.kind == self.Kind.NETWORK:
            try:
                self.pattern = str(ip_network(self.pattern, strict=False))
            except ValueError:
                message = _("Write a network like 203.0.113.0/24 or 2001:db8::/32.")
                raise ValidationError({"pattern": message}) from None
            return
        if (self.kind == self.Kind.EMAIL) != ("@" in self.pattern):
            raise ValidationError(
                {"pattern": _("An email contains an @ sign, and a domain does not.")}
            )
        # The pattern is compared with emails that went through `normalise`.
        if self.kind == self.Kind.EMAIL:
            self.pattern = normalise(self.pattern)
        else:
            self.pattern = provider_of(self.pattern).domain

    def fits(self, *, mailbox: str, network: str | None) -> bool:
        """Whether the entry applies to a mailbox (see `email_keys.normalise`) or a network."""
        if self.kind == self.Kind.NETWORK:
            if network is None:
                return False
            inner, outer = ip_network(network), ip_network(self.pattern)
            # The stubs do not know that both networks have the same version.
            return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]
        subject = mailbox if self.kind == self.Kind.EMAIL else mailbox.rpartition("@")[2]
        return fnmatchcase(subject, self.pattern)
