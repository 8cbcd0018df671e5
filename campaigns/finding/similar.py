"""Signatures that are similar to one: the same name, domain, network or hour.

The key of such a group consists of the kind of similarity and the primary key of the one signature,
so that URLs contain neither names nor networks (as for the groups in quarantine).
"""

from datetime import UTC, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from campaigns.finding import interpreting, paging, traits
from campaigns.finding.traits import HasTrait
from campaigns.signatures.signature import Signature

# Similar signatures are counted up to this number.
MOST = 1_000


class Alike(TextChoices):
    NAME = "name", _("the same name")
    DOMAIN = "domain", _("an email address at the same domain")
    NETWORK = "network", _("the same network")
    HOUR = "hour", _("the same petition within the same hour")


def like(
    signatures: QuerySet[Signature], key: str, *, viewable: QuerySet[Signature]
) -> QuerySet[Signature]:
    """Return the signatures that are similar to the one in a key, which must be viewable.

    Return an empty queryset if the key is invalid or the user may not view its signature: users
    must not learn what other signatures have in common with it.
    """
    kind, _separator, pk = key.partition(".")
    try:
        one = viewable.filter(pk=UUID(pk)).first()
    except ValueError:
        one = None
    if one is None or kind not in Alike.values:
        return signatures.none()
    return alike(signatures, one, Alike(kind))


def alike(signatures: QuerySet[Signature], one: Signature, kind: Alike) -> QuerySet[Signature]:
    """Return the signatures that share this property with `one`, including itself.

    Return an empty queryset if it does not have the property.
    """
    match kind:
        case Alike.NAME if one.name:
            return interpreting.same_name(signatures, one.name)
        case Alike.DOMAIN if one.email:
            domain = one.email.rpartition("@")[2].lower()
            return signatures.filter(HasTrait(traits.DOMAIN, domain))
        case Alike.NETWORK if one.network_key:
            return signatures.filter(network_key=one.network_key)
        case Alike.HOUR if not one.has_day_only("signed_at"):
            begin = one.signed_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            hour = Q(signed_at__gte=begin, signed_at__lt=begin + timedelta(hours=1))
            return signatures.filter(hour, tally=one.tally_id)
    return signatures.none()


def counts(signatures: QuerySet[Signature], one: Signature) -> dict[Alike, int]:
    """Count the other signatures that share each property with `one`, up to MOST; omit zeros."""
    with paging.planned(paging.FETCHING):
        found = {kind: number(alike(signatures, one, kind), one) for kind in Alike}
    return {kind: others for kind, others in found.items() if others}


def number(found: QuerySet[Signature], one: Signature) -> int:
    return found.exclude(pk=one.pk).order_by().values("pk")[:MOST].count()


def label_of(key: str) -> str:
    """Return what the signatures of a key share, in words."""
    kind = key.partition(".")[0]
    return str(Alike(kind).label) if kind in Alike.values else kind
