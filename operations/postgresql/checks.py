"""Conditions of constraints that PostgreSQL reads quickly."""

import re
from collections.abc import Iterable

from django.db.models import Q


def is_one_of(field: str, values: Iterable[str]) -> Q:
    """The condition that a text column has one of these values, as a regular expression.

    PostgreSQL reads the text of every check of a table again for each statement that writes to it.
    Django's `in` becomes a list whose members it converts one by one, which takes several times as
    long (docs/adr/0082-short-conditions.md).
    """
    return Q(**{f"{field}__regex": f"^({'|'.join(map(re.escape, values))})$"})
