"""Slugs: the last part of a URL, made from a title."""

from typing import Any

from anyascii import anyascii
from django.db.models import QuerySet
from django.utils.text import slugify


def free_slug(title: str, *, among: QuerySet[Any], fallback: str) -> str:
    """Return an unused slug made from the title, or from `fallback` if the title has no letters."""
    stem = slugify(anyascii(title))[:70] or fallback
    taken = set(among.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
