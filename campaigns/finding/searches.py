"""Typed searches: stored on the server, so that no URL contains what staff type.

The URL contains a random key instead, which works for twelve hours, and only for the user who typed
the search.
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
    """A search: its text, and the kind if the user has chosen another than the most likely one."""

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
        # Not the text, which may be somebody's email address.
        return self.key


def remember(user: User, text: str, *, kind: str = "") -> TypedSearch:
    """Store a search."""
    return TypedSearch.objects.create(user=user, text=text, kind=kind)


def of(user: User, key: str) -> TypedSearch | None:
    """Return a search by its key; None if it has expired or belongs to another user."""
    found = TypedSearch.objects.filter(user=user, key=key, made_at__gt=timezone.now() - KEPT_FOR)
    return found.first()


def delete_old() -> None:
    """Delete expired searches, including those of users who have left."""
    TypedSearch.objects.filter(made_at__lte=timezone.now() - KEPT_FOR).delete()


def forget_all() -> None:
    """Delete every search, since one may contain the name or email address of a person.

    Called when a person is erased.
    """
    TypedSearch.objects.all().delete()
