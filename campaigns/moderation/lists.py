"""The block and allow lists: whose signatures are always quarantined, and whose never are."""

import re
from datetime import timedelta
from fnmatch import fnmatchcase
from ipaddress import ip_network
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.canonical_emails import exact, normalise, provider_of
from campaigns.moderation.web_addresses import DOMAINS
from campaigns.signatures import networks

# The hash of a network or the beginning of it (`daily_keys.network_hash`).
DAY = re.compile(r"(?:[0-9a-f]{16}){1,4}")
# A domain with a dot in it or, with "*.", all its subdomains; letters of any script.
DOMAIN = re.compile(r"(?:\*|[\w-]+)(?:\.[\w-]+)*\.[\w-]{2,}")
# Wider networks contain a large part of the internet.
WIDEST = {4: 8, 6: 16}
# The daily key is destroyed an hour after the end of its day (`daily_keys.destroy_old`).
DAY_ENDS = timedelta(days=1, hours=1)


class ListEntry(models.Model):
    """An entry of the block and allow lists. The allow list takes precedence."""

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("email domain")
        NETWORK = "network", _("network")
        EMAIL = "email", _("email")
        SITE = "site", _("embedding site")
        DAY = "day", _("network for a day")

    class Effect(models.TextChoices):
        BLOCK = "block", _("block")
        ALLOW = "allow", _("allow")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    pattern = models.CharField(
        _("pattern"),
        max_length=254,
        help_text=_(
            "A domain (*.example.org for all its subdomains), a network (203.0.113.0/24), an email "
            "address or the domain of an embedding site. The queue fills in a network for a day."
        ),
    )
    effect = models.CharField(_("effect"), max_length=5, choices=Effect, default=Effect.BLOCK)
    note = models.CharField(
        _("note"),
        max_length=255,
        blank=True,
        help_text=_("The reason for this entry, for colleagues."),
    )
    created_at = models.DateTimeField(_("date of addition"), auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("block or allow list entry")
        verbose_name_plural = _("block and allow lists")
        ordering = ["kind", "pattern"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "pattern"], name="one_list_entry_a_pattern")
        ]

    def __str__(self) -> str:
        # Wagtail's log keeps this text forever, and the pattern may be somebody's email address.
        return str(_("Block or allow list entry %(number)s") % {"number": self.pk})

    def clean(self) -> None:
        beginning, star, domain = self.pattern.strip().rpartition("*.")
        self.pattern = f"{beginning}{star}{exact(domain)}".casefold()
        if self.kind == self.Kind.NETWORK:
            try:
                network = ip_network(self.pattern, strict=False)
            except ValueError:
                message = _("Write a network like 203.0.113.0/24 or 2001:db8::/32.")
                raise ValidationError({"pattern": message}) from None
            if network.prefixlen < WIDEST[network.version]:
                message = _(
                    "This network is too wide. Write one of /8 or narrower; of IPv6, /16 or "
                    "narrower."
                )
                raise ValidationError({"pattern": message})
            if network.version == 6 and network.prefixlen > networks.IPV6:
                # Those of visitors are as wide (`networks.network_of`): narrower ones match none.
                network = network.supernet(new_prefix=networks.IPV6)
            self.pattern = str(network)
            return
        if self.kind == self.Kind.DAY:
            if not DAY.fullmatch(self.pattern):
                message = _("Only the queue can fill in a network for a day.")
                raise ValidationError({"pattern": message})
            return
        if self.kind == self.Kind.SITE and self.effect == self.Effect.ALLOW:
            # The form itself reports the embedding site, so anybody can claim any site.
            raise ValidationError({"effect": _("A site can be blocked, but it cannot be allowed.")})
        if (self.kind == self.Kind.EMAIL) != ("@" in self.pattern):
            raise ValidationError(
                {"pattern": _("An email address contains an @ sign, and a domain does not.")}
            )
        if self.kind == self.Kind.EMAIL and "*" in self.pattern:
            message = _(
                "An email address is one mailbox, without *. For a whole domain, choose the kind "
                "“email domain”."
            )
            raise ValidationError({"pattern": message})
        if self.kind == self.Kind.SITE and "//" in self.pattern:
            self.pattern = urlsplit(self.pattern).hostname or ""  # pasted from a browser
        if self.kind != self.Kind.EMAIL and not DOMAIN.fullmatch(self.pattern):
            message = _("Write a domain like example.org, or *.example.org for its subdomains.")
            raise ValidationError({"pattern": message})
        parent = self.pattern.removeprefix("*.")
        if parent != self.pattern and parent == DOMAINS.publicsuffix(parent):
            message = _("This would match every domain with this ending. Name one of them.")
            raise ValidationError({"pattern": message})
        # The pattern is compared with email addresses normalised by `normalise`.
        if self.kind == self.Kind.EMAIL:
            self.pattern = normalise(self.pattern)
        elif self.kind == self.Kind.DOMAIN:
            self.pattern = provider_of(self.pattern).domain

    def fits(self, *, mailbox: str, network: str | None, hashed: bytes | None, site: str) -> bool:
        """Return whether the entry applies to any of these.

        `mailbox` is from `canonical_emails.normalise`, `hashed` is today's hash of the network
        (`daily_keys.network_hash`), and `site` is the domain of the embedding site.
        """
        if self.kind == self.Kind.DAY:
            return hashed is not None and hashed.hex().startswith(self.pattern)
        if self.kind == self.Kind.SITE:
            return fnmatchcase(site, self.pattern)
        if self.kind == self.Kind.NETWORK:
            if network is None:
                return False
            inner, outer = ip_network(network), ip_network(self.pattern)
            # The type stubs miss that both networks have the same version.
            return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]
        if self.kind == self.Kind.EMAIL:
            return mailbox == self.pattern
        return fnmatchcase(mailbox.rpartition("@")[2], self.pattern)


def ended() -> QuerySet[ListEntry]:
    """Return the entries of networks whose daily key was destroyed: nothing can match them."""
    return ListEntry.objects.filter(
        kind=ListEntry.Kind.DAY, created_at__lt=timezone.now() - DAY_ENDS
    )


def delete_ended(keys: list[int]) -> int:
    return ended().filter(pk__in=keys).delete()[0]
