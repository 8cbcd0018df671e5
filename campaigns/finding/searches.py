"""What staff typed into the search box: kept on the server, so that no address contains it.

The address has a random key instead, which serves nobody but who typed the search, for twelve
hours.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.finding.interpreting import LONGEST, Kind

KEPT_FOR = timedelta(hours=12)


def new_key() -> str:
    return secrets.token_urlsafe(16)


class TypedSearch(models.Model):
    """One search: its text, and the kind that was chosen in place of the likeliest one."""

    key = models.CharField(max_length=22, primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=LONGEST)
    kind = models.CharField(max_length=8, choices=Kind, default="", blank=True)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")

    def __str__(self) -> str:
        # Not what was typed, which may be a person's email.
        return self.key


def remember(user: User, text: str, *, kind: str = "") -> TypedSearch:
    """Keep what somebody typed."""
    return TypedSearch.objects.create(user=user, text=text, kind=kind)


def of(user: User, key: str) -> TypedSearch | None:
    """A search by its key; None for one of somebody else, and for one that is over."""
    found = TypedSearch.objects.filter(user=user, key=key, made_at__gt=timezone.now() - KEPT_FOR)
    return found.first()


def delete_old() -> None:
    """Delete the searches that are over, also of those who have left."""
    TypedSearch.objects.filter(made_at__lte=timezone.now() - KEPT_FOR).delete()


def forget_all() -> None:
    """Delete every search: when a person is erased, since one may hold their name or email."""
    TypedSearch.objects.all().delete()
